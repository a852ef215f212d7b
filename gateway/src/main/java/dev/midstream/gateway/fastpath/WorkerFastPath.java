package dev.midstream.gateway.fastpath;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.Drained;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.LegState;
import org.jspecify.annotations.Nullable;

/**
 * Gives the settled connections of one worker to the kernel, at moments at which no frame waits in
 * its port if such come soon, and takes them back while the kernel may not forward between its
 * interfaces. Belongs to the worker's thread.
 */
public final class WorkerFastPath implements Drained {
  private final NodeFastPath node;
  private final boolean isFirst;
  private final @Nullable FastPathTable table;
  private final int program;
  private Device inside = Device.NONE;
  private Device outside = Device.NONE;
  private boolean changed;
  private boolean isFailed;
  private @Nullable Engine engine;

  /**
   * The part of a worker.
   *
   * @param table null if the fast path is off
   * @param program the descriptor of the program for its sockets
   */
  WorkerFastPath(NodeFastPath node, boolean isFirst, @Nullable FastPathTable table, int program) {
    this.node = node;
    this.isFirst = isFirst;
    this.table = table;
    this.program = program;
  }

  /** What the worker's engine needs to give connections away. */
  public FastPathTerms terms() {
    return table == null ? FastPathTerms.OFF : new FastPathTerms(table, node.leastBytes(), true);
  }

  /** Sets the worker's engine, which was made with {@link #terms}. */
  public void setEngine(Engine made) {
    engine = made;
  }

  /** The share of the worker, without frames that the kernel forwards. */
  public Share share(Share all) {
    return table == null ? all : all.withProgram(program);
  }

  /** Notes the interfaces of the worker's port, and tells {@code next}. */
  public LegListener listener(LegListener next) {
    return table == null ? next : new Legs(next);
  }

  @Override
  public boolean isDue() {
    Engine present = engine;
    return !isFailed && present != null && (changed || present.fastPath().isWaiting());
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
      if (changed) {
        changed = false;
        apply(present, nowNanos);
      }
      present.fastPath().giveWaiting();
    } catch (RuntimeException | Error e) {
      isFailed = true;
      present.fastPath().setPaused(true);
      node.onFailure(e);
    }
  }

  private void apply(Engine present, long nowNanos) {
    if (node.isUsable(isFirst, inside, outside)) {
      present.fastPath().setPaused(false);
    } else {
      present.pauseFastPath(nowNanos);
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
