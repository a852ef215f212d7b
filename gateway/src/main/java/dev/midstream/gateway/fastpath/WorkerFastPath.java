package dev.midstream.gateway.fastpath;

import dev.midstream.gateway.fastpath.NodeFastPath.Usability;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.fastpath.FastPathRecall;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.Drained;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.LegState;
import dev.midstream.wire.port.Pulse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives the settled connections of one worker to the kernel, at moments at which no frame waits in
 * its port if such come soon, and takes them back while the kernel may not forward between its
 * interfaces. Gives the signs of life of the worker. Belongs to the worker's thread.
 */
public final class WorkerFastPath implements Drained, Pulse {
  /** How often a worker looks whether all others have begun anew, too. */
  private static final long AWAY_NANOS = 1_000_000;

  /** As long as connections wait for it, entries are led so often, with frames in between. */
  private static final long LEADING_NANOS = 4_000_000;

  /** So many places are looked at while frames and signs of life wait. */
  private static final int MOST_PLACES = 256;

  /** After the first failure all connections are taken back; after so many, no more are. */
  private static final int MOST_FAILURES = 16;

  private final NodeFastPath node;
  private final boolean isFirst;
  private final NodeFastPath.@Nullable Tables tables;
  private final Heartbeat.@Nullable Member member;
  private final long zeroNanos;
  private Runnable forgetHandedOver = () -> {};
  private long beatNanos = Long.MIN_VALUE;
  private Device inside = Device.NONE;
  private Device outside = Device.NONE;
  private int appliedInside;
  private int appliedOutside;
  private boolean changed;
  private boolean isRefused;
  private boolean isToFollow;
  private int failures;
  private @Nullable Engine engine;

  /** What takes connections back; null if there is nothing left to do. */
  private @Nullable FastPathRecall recall;

  /**
   * The part of a worker.
   *
   * @param tables null if the fast path is off
   * @param member gives its signs of life; null for none
   * @param zeroNanos what System.nanoTime() told when the time of workers was 0
   */
  WorkerFastPath(
      NodeFastPath node,
      boolean isFirst,
      NodeFastPath.@Nullable Tables tables,
      Heartbeat.@Nullable Member member,
      long zeroNanos) {
    this.node = node;
    this.isFirst = isFirst;
    this.tables = tables;
    this.member = member;
    this.zeroNanos = zeroNanos;
  }

  /** What the worker's engine needs to give connections away. */
  public FastPathTerms terms() {
    return tables == null
        ? FastPathTerms.OFF
        : new FastPathTerms(
            tables.flows(), node.leastBytes(), true, tables.guards(), tables.orphans());
  }

  /** Sets how frames are forgotten that other workers have handed over. */
  public void setForgetHandedOver(Runnable forget) {
    forgetHandedOver = forget;
  }

  /** Sets the worker's engine, which was made with {@link #terms}. */
  public void setEngine(Engine made) {
    engine = made;
  }

  /** The share of the worker, without frames that the kernel forwards. */
  public Share share(Share all) {
    return tables == null ? all : all.withProgram(tables.program());
  }

  /** Notes the interfaces of the worker's port, and tells {@code next}. */
  public LegListener listener(LegListener next) {
    return tables == null ? next : new Legs(next);
  }

  /** What leads to an interface that is gone is lost until it is taken back. */
  @Override
  public boolean isUrgent() {
    return (changed || recall != null) && engine != null && failures < MOST_FAILURES;
  }

  @Override
  public boolean isDue() {
    Engine present = engine;
    return isUrgent()
        || (failures < MOST_FAILURES && present != null && present.fastPath().isWaiting());
  }

  @Override
  public boolean isOverdue(long nowNanos) {
    Engine present = engine;
    return present != null && present.fastPath().isOverdue(nowNanos);
  }

  @Override
  @SuppressWarnings("IllegalCatch") // a failure must not end the worker
  public void run(long nowNanos) {
    Engine present = engine;
    if (present == null) {
      return;
    }
    try {
      if (isUrgent()) {
        followChange(present, nowNanos);
      } else {
        present.fastPath().giveWaiting();
      }
    } catch (RuntimeException | Error e) {
      onFailure(present, e);
    }
  }

  /** An interface may be gone: what leads to it must not stay, also if some of it fails again. */
  private void onFailure(Engine present, Throwable failure) {
    recall = present.pauseFastPath();
    if (failures == 0) {
      node.onFailure(failure);
    }
    failures++;
  }

  /** The signs of life of the worker's loop. */
  public Pulse pulse() {
    return member == null ? Pulse.NONE : this;
  }

  @Override
  public long dueNanos() {
    return beatNanos;
  }

  @Override
  public boolean beat(long nowNanos) {
    Heartbeat.Member present = Objects.requireNonNull(member);
    if (!present.beat(nowNanos + zeroNanos, hasUnguarded())) {
      return false;
    }
    if (present.isBack()) {
      forgetHandedOver.run();
      present.goOn();
    }
    changed |= isRefused;
    boolean isLeading = isFirst && node.sweep(nowNanos + zeroNanos);
    long waitNanos = isLeading ? LEADING_NANOS : node.beatNanos();
    beatNanos = nowNanos + (present.isAway() ? AWAY_NANOS : waitNanos);
    return true;
  }

  private boolean hasUnguarded() {
    return engine != null && engine.fastPath().guards().missing() > 0;
  }

  @Override
  @SuppressWarnings(
      "IllegalCatch") // a failure must not end the worker, and no sign of life is given
  public void rejoin(long nowNanos) {
    try {
      if (engine != null) {
        engine.forgetAll();
      }
      Objects.requireNonNull(member).join();
    } catch (RuntimeException | Error e) {
      node.onSilence(e);
    }
  }

  @Override
  public boolean maySend() {
    return Objects.requireNonNull(member).maySend();
  }

  @Override
  public boolean isAway() {
    return Objects.requireNonNull(member).isAway();
  }

  private void followChange(Engine present, long nowNanos) {
    if (changed) {
      changed = false;
      isToFollow = true;
      recallIfOther(present);
    }
    goOn(present, nowNanos);
  }

  private void recallIfOther(Engine present) {
    if (inside.index() != appliedInside || outside.index() != appliedOutside) {
      recall = present.pauseFastPath(); // what leads to an interface that is gone must not stay
      appliedInside = inside.index();
      appliedOutside = outside.index();
    }
  }

  /** Takes some connections back, or follows to the interfaces that are there. */
  private void goOn(Engine present, long nowNanos) {
    FastPathRecall left = recall;
    if (left != null && !left.step(MOST_PLACES, nowNanos)) {
      return;
    }
    recall = null;
    if (isToFollow) {
      follow(present);
      isToFollow = false;
    }
  }

  private void follow(Engine present) {
    Usability found = node.usability(isFirst, inside, outside);
    isRefused = found == Usability.REFUSED;
    if (found == Usability.USABLE && failures == 0) {
      present.fastPath().setPaused(false);
    } else {
      recall = present.pauseFastPath();
    }
  }

  /** May be called while the engine works, so that changes wait for {@link #run}. */
  private final class Legs implements LegListener {
    private final LegListener next;

    private Legs(LegListener next) {
      this.next = next;
    }

    @Override
    public void onDevice(Leg leg, int index, int mtu) {
      Device found = new Device(index, mtu);
      if (leg == Leg.INSIDE) {
        inside = found;
      } else {
        outside = found;
      }
      changed = true;
      next.onDevice(leg, index, mtu);
    }

    @Override
    public void onState(Leg leg, LegState state) {
      next.onState(leg, state);
    }

    @Override
    public void onName(Leg leg, String name) {
      next.onName(leg, name);
    }

    @Override
    public void onRefused(Leg leg, String reason) {
      next.onRefused(leg, reason);
    }

    @Override
    public void onRingStopped(Leg leg) {
      next.onRingStopped(leg);
    }

    @Override
    public void onLoop() {
      next.onLoop();
    }
  }
}
