package dev.midstream.testkit.sim;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.link.Frame;
import dev.midstream.testkit.sim.link.FramePool;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
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
 *
 * <p>Connections between other ports may have a {@link #route} of their own through the same box.
 */
public final class SimulatedNetwork {
  private final EventQueue events = new EventQueue();
  private final FramePool pool = new FramePool();
  private final Host inside = new Host(events);
  private final Host outside = new Host(events);
  private final Route route;
  private final Map<Integer, Route> routes = new LinkedHashMap<>();
  private final SegmentReader view = new SegmentReader();
  private final List<PacketObserver> observers = new ArrayList<>();
  private final Packet packet = new Packet();
  private final Packet observed = new Packet();
  private final PacketOutput output = this::emitted;
  private final Wakeup boxWakeup = new Wakeup(events, this::boxDeadlineNanos, this::onBoxTimer);
  private @Nullable Box box;
  private BooleanSupplier timerFirst = () -> false;
  private BooleanSupplier dark = () -> false;
  private ArrivalQueue arrivals = ArrivalQueue.NONE;
  private int waiting;

  /** A network over {@code path} without a box. */
  public SimulatedNetwork(Path path, long seed) {
    route = newRoute(path, seed);
  }

  /**
   * Adds a route for the connections between the ports of {@code ends}. Its faults and the random
   * choices of its endpoints come from {@code seed}: they are those of a network of its own.
   */
  public SimulatedNetwork route(Ends ends, Path path, long seed) {
    routes.put(key(ends.clientPort(), ends.serverPort()), newRoute(path, seed));
    return this;
  }

  private Route newRoute(Path path, long seed) {
    return new Route(events, pool, path, seed, this::intoBox, this::received);
  }

  /** Replaces the box; null removes it. */
  public SimulatedNetwork place(@Nullable Box box) {
    this.box = box;
    boxWakeup.refresh();
    return this;
  }

  /**
   * Calls the timer of the box before a packet arrives, whenever {@code due} says so. Otherwise
   * packets of the same time come before a timer that is set then.
   */
  public SimulatedNetwork callTimerFirst(BooleanSupplier due) {
    timerFirst = due;
    return this;
  }

  /** Loses the packets that would arrive at the box while {@code lost} says so. */
  public SimulatedNetwork loseWhile(BooleanSupplier lost) {
    dark = lost;
    return this;
  }

  /** Lets the packets that arrive at the box wait in {@code queue}. */
  public SimulatedNetwork waitIn(ArrivalQueue queue) {
    arrivals = queue;
    return this;
  }

  /** Adds an observer of all packets. */
  public SimulatedNetwork observe(PacketObserver observer) {
    observers.add(observer);
    return this;
  }

  /** Adds a fault for one chosen segment on the wire {@code leg} in {@code direction}. */
  public SimulatedNetwork aim(Leg leg, Direction direction, AimedFault fault) {
    route.wire(leg, direction).aim(fault);
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
    Route own = routeOf(ends.clientPort(), ends.serverPort());
    EndpointSetup setup =
        new EndpointSetup(
            party.options(), ends, direction, party.active(), party.application(), own.nextSeed());
    return new TcpEndpoint(setup, pool, (frame, now) -> sent(own, leg, frame, now));
  }

  /** Delivers a frame to the box now, as if it came from the side {@code leg}. */
  public void inject(Leg leg, byte[] frame) {
    Frame made = pool.copy(MemorySegment.ofArray(frame), 0, frame.length);
    intoBox(routeOf(made, leg), leg, made, nowNanos());
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
    int sum = waiting + route.framesInFlight();
    for (Route each : routes.values()) {
      sum += each.framesInFlight();
    }
    return sum;
  }

  /** The number of frames that the wires have dropped. */
  public long lostFrames() {
    long sum = route.lostFrames();
    for (Route each : routes.values()) {
      sum += each.lostFrames();
    }
    return sum;
  }

  private void sent(Route own, Leg leg, Frame frame, long nowNanos) {
    notifyObservers(Place.SENT, leg, frame, nowNanos);
    own.wireFrom(leg).send(frame, nowNanos);
  }

  private void intoBox(Route own, Leg leg, Frame frame, long nowNanos) {
    long dueNanos = arrivals.dueNanos(frame.describe(packet, leg, nowNanos), nowNanos);
    if (dueNanos <= nowNanos) {
      arrivals.leave(false);
      reachBox(own, leg, frame, nowNanos);
      return;
    }
    waiting++;
    events.at(
        dueNanos,
        nanos -> {
          waiting--;
          arrivals.leave(true);
          reachBox(own, leg, frame, nanos);
        });
  }

  private void reachBox(Route own, Leg leg, Frame frame, long nowNanos) {
    if (timerFirst.getAsBoolean()) {
      onBoxTimer(nowNanos);
      boxWakeup.refresh();
    }
    if (dark.getAsBoolean()) {
      pool.release(frame);
      return;
    }
    notifyObservers(Place.INTO_BOX, leg, frame, nowNanos);
    Box present = box;
    if (present == null) {
      leaveBox(own, leg.opposite(), frame, nowNanos);
      return;
    }
    Packet arriving = frame.describe(packet, leg, nowNanos);
    if (present.onPacket(arriving, nowNanos, output) == Disposition.FORWARD) {
      leaveBox(own, leg.opposite(), frame, nowNanos);
    } else {
      pool.release(frame);
    }
    boxWakeup.refresh();
  }

  private void emitted(Packet made) {
    Frame frame = pool.copy(made.memory(), made.offset(), made.length());
    leaveBox(routeOf(frame, made.leg().opposite()), made.leg(), frame, events.nowNanos());
  }

  private void leaveBox(Route own, Leg leg, Frame frame, long nowNanos) {
    notifyObservers(Place.OUT_OF_BOX, leg, frame, nowNanos);
    own.wireTo(leg).send(frame, nowNanos);
  }

  private void received(Route own, Leg leg, Frame frame, long nowNanos) {
    notifyObservers(Place.RECEIVED, leg, frame, nowNanos);
    Host host = leg == Leg.INSIDE ? inside : outside;
    host.deliver(frame.describe(packet, leg, nowNanos), nowNanos);
    pool.release(frame);
  }

  /** The route of a frame from the side {@code leg}. */
  private Route routeOf(Frame frame, Leg leg) {
    if (routes.isEmpty() || !view.read(frame.describe(observed, leg, 0))) {
      return route;
    }
    return leg == Leg.INSIDE
        ? routeOf(view.sourcePort(), view.destinationPort())
        : routeOf(view.destinationPort(), view.sourcePort());
  }

  private Route routeOf(int clientPort, int serverPort) {
    return routes.getOrDefault(key(clientPort, serverPort), route);
  }

  private static int key(int clientPort, int serverPort) {
    return (clientPort << 16) | serverPort;
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
      observers.forEach(each -> each.timer(nowNanos));
      box.onTimer(nowNanos, output);
    }
  }
}
