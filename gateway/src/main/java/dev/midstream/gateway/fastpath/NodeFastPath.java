package dev.midstream.gateway.fastpath;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.FastPathSettings;
import dev.midstream.gateway.config.FastPathSettings.Use;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathCounts;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.RecallReason;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kernel's program of a node, or the reason why it is not used. Thread-safe. */
public final class NodeFastPath implements AutoCloseable {
  private static final String OFF = "the fast path is off: ";

  private final FastPathSettings settings;
  private final NodeLog log;
  private final @Nullable FastPathBridge bridge;
  private String why;
  private boolean isSaid;
  private boolean isClosed;

  /**
   * What operators see of it.
   *
   * @param why why it is off; empty if it is on
   * @param packets packets that the kernel forwarded; a super-segment counts as one
   * @param octets their payload octets
   */
  public record State(String why, long packets, long octets) {}

  private NodeFastPath(
      FastPathSettings settings, NodeLog log, @Nullable FastPathBridge bridge, String why) {
    this.settings = settings;
    this.log = log;
    this.bridge = bridge;
    this.why = why;
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
    if (settings.use() == Use.OFF) {
      return new NodeFastPath(settings, log, null, "fast-path: off");
    }
    String obstacle = obstacle(configuration, isRecording);
    if (!obstacle.isEmpty()) {
      return without(settings, log, obstacle);
    }
    PortSettings port = configuration.port();
    try {
      FastPathBridge bridge =
          FastPathBridge.open(port.inside(), port.outside(), settings.entries());
      return new NodeFastPath(settings, log, bridge, "");
    } catch (FastPathException e) {
      return without(settings, log, String.valueOf(e.getMessage()));
    }
  }

  private static NodeFastPath without(FastPathSettings settings, NodeLog log, String why)
      throws InputException {
    NodeFastPath without = new NodeFastPath(settings, log, null, "");
    without.turnOff(why);
    return without;
  }

  private static String obstacle(Configuration configuration, boolean isRecording) {
    PortSettings port = configuration.port();
    if (port.kind() != PortSettings.Kind.AFPACKET) {
      return "port.kind is " + port.kind().name().toLowerCase(Locale.ROOT);
    }
    if (configuration.cluster() != null) {
      return "the node is in a cluster";
    }
    if (configuration.mode() == Mode.MONITOR) {
      return "mode is monitor";
    }
    return isRecording ? "packets are recorded" : "";
  }

  /** The part of one worker, before its port is opened. */
  public WorkerFastPath worker(boolean isFirst, @Nullable FilterProgram share, long zeroNanos)
      throws InputException {
    FastPathBridge present = bridge;
    if (present != null) {
      try {
        int program = present.slowFrames(share);
        return new WorkerFastPath(this, isFirst, present.table(zeroNanos), program);
      } catch (FastPathException e) {
        turnOff(String.valueOf(e.getMessage()));
      }
    }
    return new WorkerFastPath(this, isFirst, null, 0);
  }

  int leastBytes() {
    return settings.leastBytes();
  }

  /**
   * Whether connections may be given to the kernel between these interfaces, to which the program
   * follows the worker that asks. A change that the first worker sees is logged.
   */
  synchronized boolean isUsable(boolean isFirst, Device inside, Device outside) {
    FastPathBridge present = bridge;
    if (present == null || isClosed) {
      return false;
    }
    String obstacle = Device.obstacle(inside, outside);
    if (obstacle.isEmpty()) {
      try {
        present.join(inside.index(), outside.index());
      } catch (FastPathException e) {
        obstacle = String.valueOf(e.getMessage());
      }
    }
    if (isFirst && !obstacle.equals(why)) {
      why = obstacle;
      log(obstacle);
    }
    return obstacle.isEmpty();
  }

  /** Says nothing of an absent interface, of which another line tells. */
  private void log(String obstacle) {
    if (!obstacle.isEmpty() && !obstacle.equals(Device.ABSENT)) {
      log.info(OFF + obstacle);
      isSaid = true;
    } else if (obstacle.isEmpty() && isSaid) {
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
      throw new InputException("fast-path: require, but " + reason);
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
      throw new InputException("fast-path: require, but " + why);
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
      return new State(why, 0, 0);
    }
    try {
      FastPathCounts counts = present.counts();
      return new State(why, counts.packets(RecallReason.NONE), counts.octets());
    } catch (FastPathException e) {
      return new State(String.valueOf(e.getMessage()), 0, 0);
    }
  }

  /** Detaches the program; after the workers have ended. */
  @Override
  public synchronized void close() {
    FastPathBridge present = bridge;
    if (present != null && !isClosed) {
      isClosed = true;
      present.close();
    }
  }
}
