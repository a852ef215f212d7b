package dev.midstream.testkit.sim;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.link.FaultyWire;
import dev.midstream.testkit.sim.link.Frame;
import dev.midstream.testkit.sim.link.FramePool;
import dev.midstream.testkit.sim.link.FrameSink;
import dev.midstream.testkit.sim.tcp.EndpointSetup;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.testkit.sim.time.EventQueue;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Two hosts, two wires and an optional box between them, in virtual time. All randomness comes from
 * the seed, so a run is repeatable.
 *
 * <pre>
 *   SimulatedNetwork network = new SimulatedNetwork(Path.of(delayNanos), seed).place(box);
 *   Conversation talk = network.open(Ends.IPV4, client, server);
 *   network.runUntilDone(deadlineNanos);
 * </pre>
 */
public final class SimulatedNetwork {
  private final EventQueue events = new EventQueue();
  private final FramePool pool = new FramePool();
  private final SplittableRandom seeds;
  private final Host inside = new Host(events);
  private final Host outside = new Host(events);
  private final FaultyWire fromClient;
  private final FaultyWire toServer;
  private final FaultyWire fromServer;
  private final FaultyWire toClient;
  private final List<PacketObserver> observers = new ArrayList<>();
  private final Packet packet = new Packet();
  private final Packet observed = new Packet();
  private final PacketOutput output = this::emitted;
  private final Wakeup boxWakeup = new Wakeup(events, this::boxDeadlineNanos, this::onBoxTimer);
  private @Nullable Box box;

  /** A network over {@code path} without a box. */
  public SimulatedNetwork(Path path, long seed) {
    seeds = new SplittableRandom(seed);
    Direction out = Direction.CLIENT_TO_SERVER;
    Direction back = Direction.SERVER_TO_CLIENT;
    fromClient = wire(path, Leg.INSIDE, out, (f, now) -> intoBox(Leg.INSIDE, f, now));
    toServer = wire(path, Leg.OUTSIDE, out, (f, now) -> received(Leg.OUTSIDE, f, now));
    fromServer = wire(path, Leg.OUTSIDE, back, (f, now) -> intoBox(Leg.OUTSIDE, f, now));
    toClient = wire(path, Leg.INSIDE, back, (f, now) -> received(Leg.INSIDE, f, now));
  }

  private FaultyWire wire(Path path, Leg leg, Direction direction, FrameSink end) {
    return new FaultyWire(
        events, pool, path.limits(leg), path.faults(leg, direction), seeds.split(), end);
  }

  /** Replaces the box; null removes it. */
  public SimulatedNetwork place(@Nullable Box box) {
    this.box = box;
    boxWakeup.refresh();
    return this;
  }

  /** Adds an observer of all packets. */
  public SimulatedNetwork observe(PacketObserver observer) {
    observers.add(observer);
    return this;
  }

  /** Adds a fault for one chosen segment on the wire {@code leg} in {@code direction}. */
  public SimulatedNetwork aim(Leg leg, Direction direction, AimedFault fault) {
    boolean isOut = direction == Direction.CLIENT_TO_SERVER;
    if (leg == Leg.INSIDE) {
      (isOut ? fromClient : toClient).aim(fault);
    } else {
      (isOut ? toServer : fromServer).aim(fault);
    }
    return this;
  }

  /** Starts two endpoints now. */
  public Conversation open(Ends ends, Party client, Party server) {
    return open(ends, client, server, nowNanos());
  }

  /**
   * Starts two endpoints at {@code startNanos}. If the ports are in use, an active endpoint
   * replaces the other at once, and a passive one waits until the other yields.
   */
  public Conversation open(Ends ends, Party client, Party server, long startNanos) {
    TcpEndpoint outer = endpoint(ends, server, Direction.SERVER_TO_CLIENT, Leg.OUTSIDE);
    TcpEndpoint inner = endpoint(ends, client, Direction.CLIENT_TO_SERVER, Leg.INSIDE);
    outside.add(outer, ends.serverPort(), ends.clientPort(), startNanos);
    inside.add(inner, ends.clientPort(), ends.serverPort(), startNanos);
    return new Conversation(inner, outer);
  }

  /** Starts a client without a server; the box answers it. */
  public TcpEndpoint openClient(Ends ends, Party client) {
    TcpEndpoint inner = endpoint(ends, client, Direction.CLIENT_TO_SERVER, Leg.INSIDE);
    inside.add(inner, ends.clientPort(), ends.serverPort(), nowNanos());
    return inner;
  }

  private TcpEndpoint endpoint(Ends ends, Party party, Direction direction, Leg leg) {
    EndpointSetup setup =
        new EndpointSetup(
            party.options(),
            ends,
            direction,
            party.active(),
            party.application(),
            seeds.nextLong());
    return new TcpEndpoint(setup, pool, (frame, now) -> sent(leg, frame, now));
  }

  /** Delivers a frame to the box now, as if it came from the side {@code leg}. */
  public void inject(Leg leg, byte[] frame) {
    Frame made = pool.copy(MemorySegment.ofArray(frame), 0, frame.length);
    intoBox(leg, made, nowNanos());
  }

  /** The current virtual time. */
  public long nowNanos() {
    return events.nowNanos();
  }

  /** The time of the next event; {@link Long#MAX_VALUE} if there is none. */
  public long nextNanos() {
    return events.nextNanos();
  }

  /** Runs the next event; false if there is none. */
  public boolean step() {
    return events.runNext();
  }

  /** Runs all events up to {@code timeNanos} and advances the clock to it. */
  public void runUntil(long timeNanos) {
    while (events.nextNanos() <= timeNanos) {
      events.runNext();
    }
    events.advanceTo(timeNanos);
  }

  /**
   * Runs until all endpoints are done and no frame is in flight, until there are no more events, or
   * until the deadline.
   *
   * @return whether the endpoints are done
   */
  public boolean runUntilDone(long deadlineNanos) {
    while (!isDone() && events.nextNanos() <= deadlineNanos) {
      events.runNext();
    }
    return isDone();
  }

  private boolean isDone() {
    return framesInFlight() == 0 && inside.isDone() && outside.isDone();
  }

  /** The number of frames in flight. */
  public int framesInFlight() {
    return fromClient.inFlight()
        + toServer.inFlight()
        + fromServer.inFlight()
        + toClient.inFlight();
  }

  /** The number of frames that the wires have dropped. */
  public long lostFrames() {
    return fromClient.lostFrames()
        + toServer.lostFrames()
        + fromServer.lostFrames()
        + toClient.lostFrames();
  }

  private void sent(Leg leg, Frame frame, long nowNanos) {
    notifyObservers(Place.SENT, leg, frame, nowNanos);
    (leg == Leg.INSIDE ? fromClient : fromServer).send(frame, nowNanos);
  }

  private void intoBox(Leg leg, Frame frame, long nowNanos) {
    notifyObservers(Place.INTO_BOX, leg, frame, nowNanos);
    Box present = box;
    if (present == null) {
      leaveBox(leg.opposite(), frame, nowNanos);
      return;
    }
    Packet arriving = frame.describe(packet, leg, nowNanos);
    if (present.onPacket(arriving, nowNanos, output) == Disposition.FORWARD) {
      leaveBox(leg.opposite(), frame, nowNanos);
    } else {
      pool.release(frame);
    }
    boxWakeup.refresh();
  }

  private void emitted(Packet made) {
    Frame frame = pool.copy(made.memory(), made.offset(), made.length());
    leaveBox(made.leg(), frame, events.nowNanos());
  }

  private void leaveBox(Leg leg, Frame frame, long nowNanos) {
    notifyObservers(Place.OUT_OF_BOX, leg, frame, nowNanos);
    (leg == Leg.INSIDE ? toClient : toServer).send(frame, nowNanos);
  }

  private void received(Leg leg, Frame frame, long nowNanos) {
    notifyObservers(Place.RECEIVED, leg, frame, nowNanos);
    Host host = leg == Leg.INSIDE ? inside : outside;
    host.deliver(frame.describe(packet, leg, nowNanos), nowNanos);
    pool.release(frame);
  }

  private void notifyObservers(Place place, Leg leg, Frame frame, long nowNanos) {
    for (PacketObserver each : observers) {
      each.seen(place, leg, frame.describe(observed, leg, nowNanos), nowNanos);
    }
  }

  private long boxDeadlineNanos() {
    return box == null ? Long.MAX_VALUE : box.nextDeadlineNanos();
  }

  private void onBoxTimer(long nowNanos) {
    if (box != null) {
      box.onTimer(nowNanos, output);
    }
  }
}
