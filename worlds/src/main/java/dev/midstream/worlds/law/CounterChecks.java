package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldTraits;

/**
 * Checks the counters of an endpoint at the end of a world: what an honest peer never causes must
 * be explained by the wires.
 */
final class CounterChecks {
  private final SimulatedWorld world;
  private final Leg leg;
  private final boolean forgetting;
  private final long staleSegments;
  private final TcpEndpoint end;
  private final Direction arriving;

  /**
   * Checks the endpoint {@code end} on the side {@code leg}.
   *
   * @param forgetting whether the engine forgot vouched octets: after a gap that nothing filled, or
   *     because it died
   * @param staleSegments how many segments had old timestamps because an engine had died
   */
  CounterChecks(
      SimulatedWorld world, Leg leg, TcpEndpoint end, boolean forgetting, long staleSegments) {
    this.staleSegments = staleSegments;
    this.forgetting = forgetting;
    this.world = world;
    this.leg = leg;
    this.end = end;
    arriving = Ends.directionFrom(leg).opposite();
  }

  void run() {
    // Octets that passed before the engine started may be edited when they come again.
    if (!world.engine().isPickingUp() && !mayMeetLateGarbage()) {
      requireNone(Counter.CONFLICTS, Law.STABILITY);
    }
    requireNone(Counter.ACKS_BEYOND_SENT, Law.HONESTY);
    requireNone(Counter.SACKS_BEYOND_SENT, Law.HONESTY);
    // The engine's timer retransmits a vouched octet that is lost after the box, possibly after the
    // sender's own. That, or a lost acknowledgement of it, looks like reneging.
    boolean reneges = world.receiver(Ends.directionFrom(leg)).options().has(Behaviour.RENEGING);
    boolean lossy = world.path().isLossyBeside(leg) || world.path().isCut();
    if (!reneges && !forgetting && !lossy) {
      requireNone(Counter.RENEGINGS, Law.HONESTY);
    }
    boolean shrinks = end.setup().options().has(Behaviour.SHRINKING_WINDOW);
    if (!shrinks && !new WorldTraits(world).startsBeyondWindow(arriving)) {
      requireNone(Counter.OCTETS_BEYOND_WINDOW, Law.BOUNDS);
    }
  }

  /**
   * Whether the octet of a keep-alive (RFC 9293 section 3.8.4), which is any one, may come after
   * what its sender wrote later. An edited connection gets no octets that were decided before.
   */
  private boolean mayMeetLateGarbage() {
    boolean passes = !world.engine().isEditing() || new WorldTraits(world).mayEndEditing();
    boolean late =
        world.path().faultsBeforeBox(arriving).reordering() > 0
            || world.path().faultsAfterBox(arriving).reordering() > 0;
    return passes && late && world.sender(arriving).options().has(Behaviour.KEEP_ALIVE_GARBAGE);
  }

  /**
   * Checks what only the wires can cause. A connection that is not edited passes what the wire
   * before the box did to it.
   */
  void checkWires() {
    requireNone(Counter.MISSING_TIMESTAMPS, Law.FIDELITY);
    WireFaults before = world.path().faultsBeforeBox(arriving);
    WireFaults after = world.path().faultsAfterBox(arriving);
    boolean passes = !world.engine().isEditing() || new WorldTraits(world).mayEndEditing();
    if (after.corruption() == 0 && (!passes || before.corruption() == 0)) {
      requireNone(Counter.CHECKSUM_DROPS, Law.FIDELITY);
    }
    if (after.reordering() == 0 && (!passes || before.reordering() == 0)) {
      // A SYN passes as it is, however late, and the wires or the routers after the box may double
      // it.
      boolean doubles = after.duplication() > 0 || world.path().hops().copies() > 0;
      long copies = doubles ? Long.MAX_VALUE : 1;
      long late = before.reordering() > 0 ? copies : 0;
      long stale = after.duplication() > 0 ? 2 * staleSegments : staleSegments;
      long limit = late == Long.MAX_VALUE ? late : late + stale;
      requireAtMost(limit, Counter.PAWS_DROPS, Law.MONOTONY);
    }
  }

  private void requireNone(Counter counter, Law law) {
    requireAtMost(0, counter, law);
  }

  private void requireAtMost(long limit, Counter counter, Law law) {
    long count = end.counters().get(counter);
    LawBroken.unless(count <= limit, law, () -> counter + "=" + count + "\n" + end);
  }
}
