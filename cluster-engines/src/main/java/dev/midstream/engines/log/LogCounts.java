package dev.midstream.engines.log;

/** What a {@link LogMeter} is told of one log. Not thread-safe. */
final class LogCounts {
  private final LogMeter meter;
  private long waiting;

  /** The record of which it is known when it was sent; 0 if none. */
  private long sampled;

  private long sampledNanos;

  LogCounts(LogMeter meter) {
    this.meter = meter;
  }

  void append(int bytes) {
    meter.append(bytes);
  }

  /** So many records wait now. */
  void setWaiting(long count) {
    if (count != waiting) {
      meter.addWaiting(count - waiting);
      waiting = count;
    }
  }

  /** Records up to {@code appended} are sent, those up to {@code committed} are committed. */
  void noteSent(long appended, long committed, long nowNanos) {
    if (sampled == 0 && appended > committed) {
      sampled = appended;
      sampledNanos = nowNanos;
    }
  }

  void noteCommitted(long committed, long nowNanos) {
    if (sampled != 0 && committed >= sampled) {
      meter.committed(Math.max(0, nowNanos - sampledNanos));
      sampled = 0;
    }
  }

  void noteRefused() {
    meter.refused();
  }

  /** What is not committed will never be. */
  void forget() {
    setWaiting(0);
    sampled = 0;
  }
}
