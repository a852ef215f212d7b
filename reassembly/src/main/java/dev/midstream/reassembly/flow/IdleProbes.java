package dev.midstream.reassembly.flow;

/** The questions whether anybody is still there, asked of both ends of a silent connection. */
public final class IdleProbes {
  private int asked;
  private long lastNanos;

  /** Notes that both ends were asked at {@code nowNanos}. */
  public void ask(long nowNanos) {
    asked++;
    lastNanos = nowNanos;
  }

  /** How often they were asked in vain, if the last packet came at {@code heardNanos}. */
  public int unanswered(long heardNanos) {
    if (heardNanos > lastNanos) {
      asked = 0;
    }
    return asked;
  }

  /** When they were last asked. */
  public long lastNanos() {
    return lastNanos;
  }
}
