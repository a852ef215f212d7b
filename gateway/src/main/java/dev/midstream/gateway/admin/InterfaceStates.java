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
  private final AtomicReference<String> inside;
  private final AtomicReference<String> outside;
  private final Consumer<String> log;
  private final AtomicReference<LegState> insideState = new AtomicReference<>(LegState.UP);
  private final AtomicReference<LegState> outsideState = new AtomicReference<>(LegState.UP);

  /** Interfaces that are up. */
  public InterfaceStates(String inside, String outside, Consumer<String> log) {
    this.inside = new AtomicReference<>(inside);
    this.outside = new AtomicReference<>(outside);
    this.log = log;
  }

  @Override
  public void onState(Leg leg, LegState state) {
    if (stateReference(leg).getAndSet(state) != state) {
      log.accept("interface " + name(leg) + " is " + state.name().toLowerCase(Locale.ROOT));
    }
  }

  @Override
  public void onName(Leg leg, String name) {
    String before = nameReference(leg).getAndSet(name);
    if (!before.equals(name)) {
      log.accept("interface " + before + " is now " + name);
    }
  }

  @Override
  public void onRefused(Leg leg, String why) {
    log.accept("an interface is there again, but nothing passes: " + why);
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
            + inside.get()
            + " and "
            + outside.get()
            + " seem to lie on one network, frames go round");
  }

  /** What a leg's interface is called, as was heard last. */
  public String name(Leg leg) {
    return nameReference(leg).get();
  }

  /** What was heard of a leg's interface last. */
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
