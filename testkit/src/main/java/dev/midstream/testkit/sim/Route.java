package dev.midstream.testkit.sim;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.sim.link.FaultyWire;
import dev.midstream.testkit.sim.link.Frame;
import dev.midstream.testkit.sim.link.FramePool;
import dev.midstream.testkit.sim.time.EventQueue;
import dev.midstream.wire.packet.Leg;
import java.util.SplittableRandom;

/** The four wires of one path through the box, and the source of all that is random on it. */
final class Route {
  private final SplittableRandom seeds;
  private final FaultyWire fromClient;
  private final FaultyWire toServer;
  private final FaultyWire fromServer;
  private final FaultyWire toClient;

  /** Receives what arrives at one end of a wire. */
  @FunctionalInterface
  interface End {
    void accept(Route route, Leg leg, Frame frame, long nowNanos);
  }

  /** The wires of {@code path} between a box and two hosts. */
  Route(EventQueue events, FramePool pool, Path path, long seed, End box, End host) {
    seeds = new SplittableRandom(seed);
    Direction out = Direction.CLIENT_TO_SERVER;
    Direction back = Direction.SERVER_TO_CLIENT;
    fromClient = wire(events, pool, path, Leg.INSIDE, out, box);
    toServer = wire(events, pool, path, Leg.OUTSIDE, out, host);
    fromServer = wire(events, pool, path, Leg.OUTSIDE, back, box);
    toClient = wire(events, pool, path, Leg.INSIDE, back, host);
  }

  private FaultyWire wire(
      EventQueue events, FramePool pool, Path path, Leg leg, Direction direction, End end) {
    return new FaultyWire(
        events,
        pool,
        path.limits(leg),
        path.faults(leg, direction),
        seeds.split(),
        (frame, now) -> end.accept(this, leg, frame, now));
  }

  /** A seed for an endpoint. */
  long nextSeed() {
    return seeds.nextLong();
  }

  /** The wire on the side {@code leg} in {@code direction}. */
  FaultyWire wire(Leg leg, Direction direction) {
    boolean isOut = direction == Direction.CLIENT_TO_SERVER;
    return (leg == Leg.INSIDE) == isOut ? wireFrom(leg) : wireTo(leg);
  }

  /** The wire from the endpoint on the side {@code leg} to the box. */
  FaultyWire wireFrom(Leg leg) {
    return leg == Leg.INSIDE ? fromClient : fromServer;
  }

  /** The wire from the box to the endpoint on the side {@code leg}. */
  FaultyWire wireTo(Leg leg) {
    return leg == Leg.INSIDE ? toClient : toServer;
  }

  int framesInFlight() {
    return fromClient.inFlight()
        + toServer.inFlight()
        + fromServer.inFlight()
        + toClient.inFlight();
  }

  long lostFrames() {
    return fromClient.lostFrames()
        + toServer.lostFrames()
        + fromServer.lostFrames()
        + toClient.lostFrames();
  }
}
