package dev.midstream.worlds.fastpath;

import dev.midstream.reassembly.fastpath.FastPath;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Gives settled connections away as the loop of a worker does: it looks soon after a call, and
 * gives them away if no packet waits before the engine, or if they have waited for too long. That
 * comes sooner than in a worker: packets wait no longer than 20 ms here.
 */
final class GivingBox implements FrontBox {
  /** The longest time until a look is 1 ms; half of them come within 1 µs. */
  private static final int MAX_LOOK_DOUBLINGS = 21;

  private static final long LONGEST_WAIT_NANOS = 10_000_000;

  private final Box box;
  private final Supplier<FastPath> living;
  private final BooleanSupplier isQueueFilled;
  private final SplittableRandom random;
  private long lookNanos = Long.MAX_VALUE;
  private long sinceNanos;
  private boolean isWaiting;
  private int whenDrained;
  private int whenOverdue;

  /** In front of {@code box}, whose engine that is alive gives away by {@code living}. */
  GivingBox(
      Box box, Supplier<FastPath> living, BooleanSupplier isQueueFilled, SplittableRandom random) {
    this.box = box;
    this.living = living;
    this.isQueueFilled = isQueueFilled;
    this.random = random;
  }

  /** Connections that were given away when no packet waited. */
  int whenDrained() {
    return whenDrained;
  }

  /** Connections that were given away although packets waited. */
  int whenOverdue() {
    return whenOverdue;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = box.onPacket(packet, nowNanos, out);
    schedule(nowNanos);
    return disposition;
  }

  /** A look is no call of the engine, whose own timer is not put off. */
  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    if (lookNanos <= nowNanos) {
      lookNanos = Long.MAX_VALUE;
      look(nowNanos);
    }
    if (box.nextDeadlineNanos() <= nowNanos) {
      box.onTimer(nowNanos, out);
    }
    schedule(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(lookNanos, box.nextDeadlineNanos());
  }

  @Override
  public Box box() {
    return box;
  }

  private void schedule(long nowNanos) {
    boolean wasWaiting = isWaiting;
    isWaiting = living.get().isWaiting();
    sinceNanos = wasWaiting ? sinceNanos : nowNanos;
    if (!isWaiting) {
      lookNanos = Long.MAX_VALUE;
    } else if (lookNanos == Long.MAX_VALUE) {
      lookNanos = nowNanos + random.nextLong(1L << random.nextInt(MAX_LOOK_DOUBLINGS));
    }
  }

  private void look(long nowNanos) {
    FastPath fastPath = living.get();
    boolean isFilled = isQueueFilled.getAsBoolean();
    if (isFilled && nowNanos - sinceNanos < LONGEST_WAIT_NANOS) {
      return;
    }
    int before = fastPath.connections();
    fastPath.giveWaiting();
    int given = fastPath.connections() - before;
    whenDrained += isFilled ? 0 : given;
    whenOverdue += isFilled ? given : 0;
  }
}
