package dev.midstream.gateway.admin;

import dev.midstream.gateway.output.NodeLog;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.LegState;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.event.Level;

/**
 * The names and states of both interfaces. The ports of all workers report changes; each change is
 * logged once. Thread-safe.
 */
public final class InterfaceStates implements LegListener {
  private final AtomicReference<String> inside;
  private final AtomicReference<String> outside;
  private final NodeLog log;
  private final AtomicReference<LegState> insideState = new AtomicReference<>(LegState.UP);
  private final AtomicReference<LegState> outsideState = new AtomicReference<>(LegState.UP);

  /** Starts with both interfaces up. */
  public InterfaceStates(String inside, String outside, NodeLog log) {
    this.inside = new AtomicReference<>(inside);
    this.outside = new AtomicReference<>(outside);
    this.log = log;
  }

  @Override
  public void onState(Leg leg, LegState state) {
    if (stateReference(leg).getAndSet(state) != state) {
      String line = "interface " + name(leg) + " is " + state.name().toLowerCase(Locale.ROOT);
      log.write(state == LegState.UP ? Level.INFO : Level.WARN, line);
    }
  }

  @Override
  public void onName(Leg leg, String name) {
    String before = nameReference(leg).getAndSet(name);
    if (!before.equals(name)) {
      log.info("interface " + before + " is now " + name);
    }
  }

  @Override
  public void onRefused(Leg leg, String why) {
    log.error("an interface is there again, but nothing passes: " + why);
  }

  @Override
  public void onRingStopped(Leg leg) {
    log.warn(
        "interface "
            + name(leg)
            + " received a frame that the kernel cannot describe, and its ring has stopped;"
            + " receiving continues without the ring");
  }

  @Override
  public void onLoop() {
    log.warn(
        "interfaces "
            + inside.get()
            + " and "
            + outside.get()
            + " seem to be on one network, frames loop");
  }

  /** Whether there are none: the node is behind dispatchers. */
  boolean areNone() {
    return inside.get().isEmpty() && outside.get().isEmpty();
  }

  /** The last reported name of a leg's interface. */
  public String name(Leg leg) {
    return nameReference(leg).get();
  }

  /** The last reported state of a leg's interface. */
  public LegState state(Leg leg) {
    return stateReference(leg).get();
  }

  private AtomicReference<String> nameReference(Leg leg) {
    return leg == Leg.INSIDE ? inside : outside;
  }

  private AtomicReference<LegState> stateReference(Leg leg) {
    return leg == Leg.INSIDE ? insideState : outsideState;
  }
}
