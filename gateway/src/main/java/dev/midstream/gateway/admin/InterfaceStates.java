package dev.midstream.gateway.admin;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.LegState;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The names and states of both interfaces. Every worker's port tells it of changes; each is logged
 * once. For any thread.
 */
public final class InterfaceStates implements LegListener {
  private final String inside;
  private final String outside;
  private final Consumer<String> log;
  private final AtomicReference<LegState> insideState = new AtomicReference<>(LegState.UP);
  private final AtomicReference<LegState> outsideState = new AtomicReference<>(LegState.UP);

  /** Interfaces that are up. */
  public InterfaceStates(String inside, String outside, Consumer<String> log) {
    this.inside = inside;
    this.outside = outside;
    this.log = log;
  }

  @Override
  public void onState(Leg leg, LegState state) {
    if (reference(leg).getAndSet(state) != state) {
      log.accept("interface " + name(leg) + " is " + state.name().toLowerCase(Locale.ROOT));
    }
  }

  @Override
  public void onRingStopped(Leg leg) {
    log.accept(
        "interface "
            + name(leg)
            + " brought a frame that the kernel cannot describe, and its ring stands still;"
            + " receiving goes on without it");
  }

  @Override
  public void onLoop() {
    log.accept(
        "interfaces "
            + inside
            + " and "
            + outside
            + " seem to lie on one network, frames go round");
  }

  /** The name of a leg's interface. */
  public String name(Leg leg) {
    return leg == Leg.INSIDE ? inside : outside;
  }

  /** What was heard of a leg's interface last. */
  public LegState state(Leg leg) {
    return reference(leg).get();
  }

  private AtomicReference<LegState> reference(Leg leg) {
    return leg == Leg.INSIDE ? insideState : outsideState;
  }
}
