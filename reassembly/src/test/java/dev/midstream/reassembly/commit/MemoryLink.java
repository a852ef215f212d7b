package dev.midstream.reassembly.commit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/**
 * The way of the records of a {@link MemoryLog} to the engine that keeps them. It takes a time, and
 * some records are lost on it. The log sends these again, and later ones wait for them: records are
 * committed in their order.
 */
public final class MemoryLink {
  private final MemoryLog log;
  private final long delayNanos;
  private final long againNanos;
  private final BooleanSupplier loss;
  private final Deque<Sent> ways = new ArrayDeque<>();

  /** The records up to {@code number} are committed when {@code dueNanos} has come. */
  private record Sent(long number, long dueNanos) {}

  /** Loses no record. */
  public MemoryLink(MemoryLog log, long delayNanos) {
    this(log, delayNanos, 0, () -> false);
  }

  /**
   * Loses records.
   *
   * @param delayNanos the time until a record is committed
   * @param againNanos the time until a lost record is sent again
   * @param loss whether the next record is lost, asked each time that it is sent
   */
  public MemoryLink(MemoryLog log, long delayNanos, long againNanos, BooleanSupplier loss) {
    this.log = log;
    this.delayNanos = delayNanos;
    this.againNanos = againNanos;
    this.loss = loss;
  }

  /** Sends the records that were appended since. */
  public void send(long nowNanos) {
    Sent last = ways.peekLast();
    if (log.appended() == (last == null ? log.committed() : last.number)) {
      return;
    }
    long dueNanos = nowNanos + delayNanos;
    while (loss.getAsBoolean()) {
      dueNanos += againNanos;
    }
    ways.addLast(new Sent(log.appended(), Math.max(dueNanos, last == null ? 0 : last.dueNanos)));
  }

  /** When {@link #commit} is due next; {@link Long#MAX_VALUE} if nothing is on its way. */
  public long dueNanos() {
    Sent first = ways.peekFirst();
    return first == null ? Long.MAX_VALUE : first.dueNanos;
  }

  /** Commits what has arrived; returns whether there was anything. */
  public boolean commit(long nowNanos) {
    if (dueNanos() > nowNanos) {
      return false;
    }
    log.commitTo(ways.removeFirst().number);
    return true;
  }

  /** Loses for good what is on its way: the other engine died. */
  public void cut() {
    ways.clear();
  }
}
