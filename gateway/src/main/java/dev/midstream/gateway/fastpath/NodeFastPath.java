package dev.midstream.gateway.fastpath;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.FastPathSettings;
import dev.midstream.gateway.config.FastPathSettings.Use;
import dev.midstream.gateway.config.OnCrash;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathCounts;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.Orphans;
import dev.midstream.wire.fastpath.RecallReason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kernel's program of a node, or the reason why it is not used. Thread-safe. */
public final class NodeFastPath implements AutoCloseable {
  private static final long SWEEP_NANOS = 10_000_000_000L;
  private static final String KEY = "fast-path";
  private static final String OFF = "the fast path is off: ";

  private final FastPathSettings settings;
  private final NodeLog log;
  private final @Nullable FastPathBridge bridge;
  private final @Nullable Heartbeat heartbeat;
  private final String obstacle;
  private final long silentNanos;
  private long sweptNanos = System.nanoTime();
  private String why;
  private boolean isSaid;
  private boolean isSweeping;
  private boolean isOrderly;
  private boolean isClosed;

  /**
   * What operators see of it.
   *
   * @param why why it is off; empty if it is on
   * @param packets packets that the kernel forwarded; a super-segment counts as one
   * @param octets their payload octets
   * @param doubled packets that both of the kernel's programs took, for the kernel and for a worker
   * @param returned packets that none of both took, and that came in once more
   * @param early packets that the kernel forwarded because no rule can match them
   * @param open what happens when the program is silent; null if nothing passes then
   */
  public record State(
      String why,
      long packets,
      long octets,
      long doubled,
      long returned,
      long early,
      @Nullable Open open) {
    /** One without a program in the kernel. */
    State(String why) {
      this(why, 0, 0, 0, 0, 0, null);
    }

    /** One whose program in the kernel has counted {@code counts}. */
    static State of(String why, FastPathCounts counts, @Nullable Open open) {
      return new State(
          why,
          counts.packets(RecallReason.NONE),
          counts.octets(),
          counts.doubledPackets(),
          counts.returnedPackets(),
          counts.earlyPackets(),
          open);
    }
  }

  /**
   * What operators see of a node that fails open.
   *
   * @param adopted edited connections of an earlier life that the kernel forwards
   * @param lost those that are reset when one of their segments comes
   * @param silentPackets packets that were forwarded because the program was silent
   */
  public record Open(int adopted, int lost, long silentPackets) {}

  /** Whether connections may be given to the kernel, or why not. */
  enum Usability {
    USABLE,
    UNUSABLE,

    /** The kernel refused something, which it may not do the next time. */
    REFUSED
  }

  /**
   * The tables of one worker.
   *
   * @param flows the connections that the kernel forwards
   * @param guards what becomes of edited ones when the program is silent; null if nothing passes
   * @param orphans edited connections of an earlier life
   * @param program the descriptor of the program for the worker's sockets
   */
  record Tables(
      FastPathTable flows, @Nullable FastPathTable guards, Orphans orphans, int program) {}

  private NodeFastPath(
      FastPathSettings settings,
      NodeLog log,
      @Nullable FastPathBridge bridge,
      String obstacle,
      long silentNanos) {
    this.settings = settings;
    this.log = log;
    this.bridge = bridge;
    this.obstacle = obstacle;
    this.silentNanos = silentNanos;
    why = obstacle;
    OnCrash onCrash = settings.onCrash();
    heartbeat =
        bridge != null && onCrash.opens()
            ? new Heartbeat(onCrash.afterNanos(), System::nanoTime, this::stamp, this::begin)
            : null;
  }

  /**
   * Loads the program and attaches it to the interfaces, if the configuration wants it. Says in one
   * line of the log if that cannot be.
   *
   * @param isRecording whether packets are recorded
   * @throws InputException if the configuration requires what cannot be
   */
  public static NodeFastPath open(Configuration configuration, boolean isRecording, NodeLog log)
      throws InputException {
    FastPathSettings settings = configuration.fastPath();
    if (!settings.onCrash().opens()) {
      NodeBridge.removePinned(configuration.port(), log);
    }
    NodeBridge.sayElsewhere(configuration.port(), log);
    if (settings.use() == Use.OFF) {
      return new NodeFastPath(settings, log, null, "fast-path: off", 0);
    }
    String obstacle = NodeBridge.obstacle(configuration, isRecording);
    boolean opens = settings.onCrash().opens();
    if (!opens && !obstacle.isEmpty()) {
      return without(settings, log, null, obstacle, 0);
    }
    try {
      FastPathBridge bridge = NodeBridge.open(configuration, opens, obstacle.isEmpty(), log);
      if (bridge.hasForgotten()) { // said here: a start that fails later has forgotten them, too
        log.warn("forgot the edited connections of a program of another version that has died");
      }
      long silentNanos = configuration.timeouts().establishedNanos();
      return obstacle.isEmpty()
          ? new NodeFastPath(settings, log, bridge, "", silentNanos)
          : without(settings, log, bridge, obstacle, silentNanos);
    } catch (FastPathException e) {
      if (opens) {
        throw new InputException("on-crash: open, but " + e.getMessage(), "on-crash");
      }
      return without(settings, log, null, String.valueOf(e.getMessage()), 0);
    }
  }

  /** One that gives no connection to the kernel. */
  private static NodeFastPath without(
      FastPathSettings settings,
      NodeLog log,
      @Nullable FastPathBridge bridge,
      String why,
      long silentNanos)
      throws InputException {
    NodeFastPath without = new NodeFastPath(settings, log, bridge, why, silentNanos);
    try {
      without.why = "";
      without.turnOff(why);
      return without;
    } catch (InputException e) {
      without.close();
      throw e;
    }
  }

  /** The part of one worker, before its port is opened. */
  public WorkerFastPath worker(boolean isFirst, @Nullable FilterProgram share, long zeroNanos)
      throws InputException {
    FastPathBridge present = bridge;
    if (present != null) {
      try {
        Tables tables =
            new Tables(
                present.table(zeroNanos),
                present.guards(zeroNanos),
                present.orphans(),
                present.slowFrames(share));
        Heartbeat.Member member = heartbeat == null ? null : heartbeat.member();
        return new WorkerFastPath(this, isFirst, tables, member, zeroNanos);
      } catch (FastPathException e) {
        if (heartbeat != null) {
          throw new InputException("on-crash: open, but " + e.getMessage(), "on-crash");
        }
        turnOff(String.valueOf(e.getMessage()));
      }
    }
    return new WorkerFastPath(this, isFirst, null, null, zeroNanos);
  }

  /** How often a worker gives a sign of life. */
  long beatNanos() {
    return heartbeat == null ? Long.MAX_VALUE : heartbeat.periodNanos();
  }

  private void stamp(long nanos, long limitNanos) {
    try {
      Objects.requireNonNull(bridge).stamp(nanos, limitNanos);
    } catch (FastPathException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Goes on after a silence of {@code nanos}, 0 at the start; no worker knows a connection. */
  private void begin(long nanos) {
    FastPathBridge present = Objects.requireNonNull(bridge);
    present.adopt(System.nanoTime());
    Orphans orphans = present.orphans();
    String rest =
        "edited connections that the kernel goes on with=%d reset=%d"
            .formatted(orphans.adopted(), orphans.lost());
    if (nanos > 0) {
      log.warn("the program was silent, milliseconds=%d %s".formatted(nanos / 1_000_000, rest));
    } else if (present.hasTakenOver() && !present.hasForgotten()) {
      log.info("took over from a program that has died, " + rest);
    }
  }

  /**
   * Leads the kernel's entries to interfaces that came back, and forgets adopted connections that
   * are over, now and then: some of them with each sign of life.
   *
   * @return whether something is left to be led, which passes not before
   */
  synchronized boolean sweep(long nowNanos) {
    FastPathBridge present = bridge;
    if (present == null || isClosed) {
      return false;
    }
    if (isSweeping || present.isLeading() || nowNanos - sweptNanos > SWEEP_NANOS) {
      sweptNanos = nowNanos;
      isSweeping = present.sweep(nowNanos, silentNanos);
    }
    return present.isLeading();
  }

  /** Notes that a worker gives no sign of life any more. */
  void onSilence(Throwable failure) {
    log.error("a worker gives no sign of life, error=" + failure);
  }

  int leastBytes() {
    return settings.leastBytes();
  }

  /**
   * Whether connections may be given to the kernel between these interfaces, to which the program
   * follows the worker that asks. A change that the first worker sees is logged.
   */
  synchronized Usability usability(boolean isFirst, Device inside, Device outside) {
    FastPathBridge present = bridge;
    if (present == null || isClosed) {
      return Usability.UNUSABLE;
    }
    boolean isRefused = false;
    String found = Device.obstacle(inside, outside);
    if (!found.equals(Device.ABSENT) && (found.isEmpty() || heartbeat != null)) {
      try {
        present.join(inside.index(), outside.index());
      } catch (FastPathException e) {
        found = String.valueOf(e.getMessage());
        isRefused = true;
      }
    }
    found = obstacle.isEmpty() ? found : obstacle;
    try {
      present.passEarly(found.isEmpty());
    } catch (FastPathException e) {
      found = String.valueOf(e.getMessage());
      isRefused = true;
    }
    if (isFirst && !found.equals(why)) {
      why = found;
      log(found);
    }
    if (isRefused) {
      return Usability.REFUSED;
    }
    return found.isEmpty() ? Usability.USABLE : Usability.UNUSABLE;
  }

  /** Says nothing of an absent interface, of which another line tells. */
  private void log(String found) {
    if (!found.isEmpty() && !found.equals(Device.ABSENT)) {
      log.info(OFF + found);
      isSaid = true;
    } else if (found.isEmpty() && isSaid) {
      log.info("the fast path is on again");
      isSaid = false;
    }
  }

  /**
   * Notes that nothing can be given to the kernel.
   *
   * @throws InputException if the configuration requires it
   */
  private synchronized void turnOff(String reason) throws InputException {
    if (settings.use() == Use.REQUIRE) {
      throw new InputException("fast-path: require, but " + reason, KEY);
    }
    if (!reason.equals(why)) {
      why = reason;
      log.info(OFF + reason);
    }
  }

  /**
   * Checks the interfaces once all ports are open.
   *
   * @throws InputException if the configuration requires the fast path, and it is off
   */
  public synchronized void checkRequired() throws InputException {
    if (settings.use() == Use.REQUIRE && !why.isEmpty()) {
      throw new InputException("fast-path: require, but " + why, KEY);
    }
  }

  /** Calls {@code action}, set before workers begin, after the first sign of life; else at once. */
  public void whenForwarding(Runnable action) {
    if (heartbeat == null) {
      action.run();
    } else {
      heartbeat.whenForwarding(action);
    }
  }

  /** Notes a failure, after which one worker gives no connection away any more. */
  void onFailure(Throwable failure) {
    log.warn("a worker does without the fast path from now on, error=" + failure);
  }

  /** What operators see; null if the configuration does not want it. */
  public synchronized @Nullable State state() {
    if (settings.use() == Use.OFF) {
      return null;
    }
    FastPathBridge present = bridge;
    if (present == null || isClosed) {
      return new State(why);
    }
    try {
      FastPathCounts counts = present.counts();
      Orphans orphans = present.orphans();
      Open open =
          heartbeat == null
              ? null
              : new Open(orphans.adopted(), orphans.lost(), counts.silentPackets());
      return State.of(why, counts, open);
    } catch (FastPathException e) {
      return new State(String.valueOf(e.getMessage()));
    }
  }

  /** Notes that the workers have ended in an orderly way: {@link #close} leaves nothing. */
  public synchronized void setOrderly() {
    isOrderly = true;
  }

  /**
   * Detaches the program; after the workers have ended. After a failure before the first sign of
   * life the kernel goes on with what an earlier program has left.
   */
  @Override
  public synchronized void close() {
    FastPathBridge present = bridge;
    if (present == null || isClosed) {
      return;
    }
    isClosed = true;
    if (isOrderly) {
      present.close();
    } else {
      present.giveUp();
    }
    NodeBridge.sayNotReset(present.orphans(), log);
  }
}
