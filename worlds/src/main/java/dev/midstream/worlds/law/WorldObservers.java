package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.oracle.ChecksumOracle;
import dev.midstream.testkit.sim.oracle.MonotonyOracle;
import dev.midstream.testkit.sim.oracle.StabilityOracle;
import dev.midstream.testkit.sim.oracle.TagOracle;
import dev.midstream.testkit.sim.oracle.UntouchedOracle;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.LinkPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WholeStream;
import dev.midstream.worlds.plan.WorldTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The observers of the packets of one world. */
final class WorldObservers {
  private final SimulatedWorld world;
  private final WorldTraits traits;
  private final Map<Direction, WholeStream> streams;
  private final WatchedAgent agent;
  private final StoredOctets stored;
  private final CustodyOracle custody;
  private final StaleTimestamps stale = new StaleTimestamps();
  private final TakeoverTime takeoverTime;
  private final UntouchedOracle untouched = new UntouchedOracle();
  private final CutOracle cut;
  private final List<PacketObserver> attached = new ArrayList<>();
  private final List<BoxTap> taps = new ArrayList<>();
  private final List<MonotonyOracle> monotony = new ArrayList<>();
  private boolean unknown;
  private boolean joined;

  /**
   * Observers of {@code world}.
   *
   * @param stored counts what must be kept at most
   * @param keptBytes the memory that the box uses for octets
   */
  WorldObservers(
      SimulatedWorld world,
      Map<Direction, WholeStream> streams,
      WatchedAgent agent,
      StoredOctets stored,
      LongSupplier keptBytes) {
    this.world = world;
    this.streams = streams;
    this.agent = agent;
    this.stored = stored;
    custody = new CustodyOracle(keptBytes, agent::hasReset);
    cut = new CutOracle(world);
    takeoverTime = new TakeoverTime(world);
    traits = new WorldTraits(world);
  }

  /**
   * Adds all observers.
   *
   * @param echoes whether timestamp echoes are checked
   * @param intruded whether others than the endpoints may have sent
   */
  void attach(Consumer<PacketObserver> network, boolean echoes, boolean intruded) {
    Consumer<PacketObserver> packets = network.andThen(attached::add);
    packets.accept(new FirstSyn(agent));
    if (world.ends().vlanIds() != 0) {
      packets.accept(new GuardedObserver(Law.FIDELITY, new TagOracle(world.ends())));
    }
    boolean lowering = world.path().hops().isLowering();
    boolean known = !traits.lastsHours() && !traits.hasFastClocks();
    boolean echoing = echoes && !lowering && known && !traits.mayRefuseFragments();
    if (world.engine().isEditing() && traits.isCut()) {
      Consumer<PacketObserver> whole = each -> packets.accept(new UntilForgotten(each));
      observeEdited(whole, echoing, intruded);
      observeCut(packets);
    } else if (world.engine().isEditing()) {
      observeEdited(packets, echoing, intruded);
    } else if (world.engine().isResettingMidStream()) {
      packets.accept(new MidStreamObserver());
    } else if (world.engine().isPickingUp()) {
      packets.accept(new GuardedObserver(Law.FIDELITY, new ChecksumOracle()));
      observePickedUp(packets, echoing);
    } else {
      packets.accept(new GuardedObserver(Law.UNTOUCHED, untouched));
      BoxTap tap = tap();
      tap.add(stored);
      packets.accept(tap);
    }
  }

  /** What passed before the pick-up is not known to the engine, nor is the scale of windows. */
  private void observePickedUp(Consumer<PacketObserver> packets, boolean echoes) {
    BoxTap tap = tap();
    BoxTap later = tap();
    Windows windows = new Windows();
    tap.add(windows);
    streams.keySet().forEach(direction -> tap.add(new PickUpOracle(direction, windows)));
    for (Leg leg : Leg.values()) {
      tap.add(new SizeOracle(leg).unknown());
      if (!traits.startsBeyondWindow(Ends.directionFrom(leg).opposite())) {
        tap.add(new EdgeOracle(leg, windows));
      }
      if (echoes) {
        later.add(new EchoOracle(leg, windows));
      }
      packets.accept(
          joined(new GuardedObserver(Law.STABILITY, new StabilityOracle(leg, world.ends()))));
      if (!isShrinking(leg.opposite())) {
        MonotonyOracle oracle = monotony(leg).countingUnits();
        packets.accept(joined(new GuardedObserver(Law.MONOTONY, oracle)));
      }
    }
    tap.add(stale);
    tap.add(takeoverTime);
    observeFields(later);
    packets.accept(tap);
    packets.accept(joined(later));
  }

  private OnceJoined joined(PacketObserver observer) {
    return new OnceJoined(observer, () -> joined);
  }

  /** Whether the end on the side {@code leg} takes windows back, which the engine cannot hide. */
  private boolean isShrinking(Leg leg) {
    return world.sender(Ends.directionFrom(leg)).options().has(Behaviour.SHRINKING_WINDOW);
  }

  private MonotonyOracle monotony(Leg leg) {
    MonotonyOracle oracle = new MonotonyOracle(Place.OUT_OF_BOX, leg, world.ends());
    monotony.add(oracle);
    return oracle;
  }

  /** Notes that the engine begins, in the middle of the connection. */
  void joins() {
    joined = true;
    taps.forEach(BoxTap::joins);
    monotony.forEach(MonotonyOracle::forget);
  }

  private BoxTap tap() {
    BoxTap tap = new BoxTap(world.ends());
    taps.add(tap);
    return traits.mayLoseDecisions() ? tap.losing() : tap;
  }

  /** Lets SYN-ACKs of a connection that is not edited leave later than they came, or not at all. */
  void holdsSynAcks() {
    untouched.holdsSynAcks();
  }

  /** Lets {@code packet}, of a connection that is not edited, leave once more. */
  void comesTwice(Packet packet) {
    untouched.comesTwice(packet);
  }

  /** Packets that leave while {@code isPassed} says so may have been overtaken before the box. */
  void overtakenWhile(BooleanSupplier isPassed) {
    monotony.forEach(each -> each.overtakenWhile(isPassed));
  }

  /** Notes that what is essential of the connection is recorded. */
  void recorded() {
    taps.forEach(BoxTap::recorded);
    monotony.forEach(MonotonyOracle::keep);
  }

  /** Notes that the engine dies, and another one goes on with what is recorded. */
  void dies(Death death, long nowNanos) {
    taps.forEach(each -> each.dies(death, nowNanos));
    monotony.forEach(death.isOfRecords() ? MonotonyOracle::forget : MonotonyOracle::resume);
  }

  /** Notes that no engine knows the connection any more: its packets may pass as they are. */
  void loses() {
    unknown = true;
    custody.loses();
    cut.loses();
  }

  /** Whether no engine knew the connection for a while. */
  boolean hasBeenUnknown() {
    return unknown;
  }

  /** Notes that the engine hands the connection over to another one. */
  void handedOver() {
    taps.forEach(BoxTap::handedOver);
  }

  /** The segments that left with old timestamps because an engine had died. */
  StaleTimestamps stale() {
    return stale;
  }

  /** The time that takeovers may cost. */
  TakeoverTime takeoverTime() {
    return takeoverTime;
  }

  /** The octets in custody of the box at {@code nowNanos}. */
  long owedBytes(long nowNanos) {
    return custody.owedBytes(nowNanos);
  }

  /** Checks that {@code keptBytes} octets of the connection are not less than are in custody. */
  void checkKept(long keptBytes, long nowNanos) {
    custody.check(keptBytes, nowNanos);
  }

  private void observeEdited(Consumer<PacketObserver> packets, boolean echoes, boolean intruded) {
    Ends ends = world.ends();
    packets.accept(new GuardedObserver(Law.FIDELITY, new ChecksumOracle()));
    BoxTap tap = tap();
    Windows windows = new Windows();
    tap.add(windows);
    for (Leg leg : Leg.values()) {
      packets.accept(new GuardedObserver(Law.STABILITY, new StabilityOracle(leg, ends)));
      tap.add(new SizeOracle(leg));
      if (!traits.startsBeyondWindow(Ends.directionFrom(leg).opposite())) {
        tap.add(new EdgeOracle(leg, windows));
      }
    }
    if (!traits.mayBeForgotten()) {
      observeMonotony(
          each -> packets.accept(new WhileEdited(each, () -> unknown || agent.hasLeft())),
          echoes,
          intruded);
    }
    streams.forEach((direction, stream) -> {
      LongSupplier decided = () -> agent.decided(direction);
      tap.add(honesty(direction, stream, decided, windows, intruded));
      custody.count(direction, stream, decided);
    });
    tap.add(custody);
    tap.add(stored);
    tap.add(stale);
    tap.add(takeoverTime);
    observeKinds(tap);
    if (!intruded && !traits.mayBeForgotten()) {
      observeFields(tap);
    }
    packets.accept(tap);
  }

  private HonestyOracle honesty(
      Direction direction,
      WholeStream stream,
      LongSupplier decided,
      Windows windows,
      boolean intruded) {
    HonestyOracle oracle = new HonestyOracle(direction, stream, decided, windows, intruded);
    if (world.path().hops().isLowering() && world.agent().change() == AgentPlan.Change.DROP) {
      oracle.withholding();
    }
    return traits.isResettingOneEnd() ? oracle.replacing() : oracle;
  }

  /** What routers before the box do counts as part of its calls. */
  private void observeFields(BoxTap tap) {
    boolean lowering = world.path().hops().isLowering();
    boolean routed = lowering || !world.path().links().equals(LinkPlan.NONE);
    // PSH of octets that an agent deletes moves to those before them.
    boolean replied = world.agent().replyEvery() > 0 || traits.isResettingOneEnd();
    boolean reneging =
        world.client().options().has(Behaviour.RENEGING)
            || world.server().options().has(Behaviour.RENEGING);
    for (Leg leg : Leg.values()) {
      HeaderOracle headers = new HeaderOracle(leg, lowering, world.path().fragmentBytes() > 0);
      tap.add(traits.mayLoseDecisions() ? headers.losing() : headers);
      tap.add(new ReportOracle(leg, reneging, traits.mayPassGaps()));
      if (!routed) {
        tap.add(new CongestionOracle(leg));
        tap.add(new BareAckOracle(leg));
        tap.add(new RepeatOracle(leg));
      }
    }
    if (!routed) {
      streams.forEach((direction, stream) -> tap.add(new PushOracle(direction, stream, replied)));
    }
  }

  private void observeMonotony(Consumer<PacketObserver> packets, boolean echoes, boolean intruded) {
    BoxTap tap = tap();
    Windows windows = new Windows();
    tap.add(windows);
    for (Leg leg : Leg.values()) {
      packets.accept(new GuardedObserver(Law.MONOTONY, monotony(leg)));
      if (echoes) {
        tap.add(new EchoOracle(leg, windows));
      }
    }
    // Around the box others may drop what it shows.
    boolean dropping = world.agent().change() == AgentPlan.Change.DROP;
    if (!intruded && !traits.mayHold()) {
      streams.forEach((direction, stream) ->
          tap.add(
              new PromiseOracle(
                  direction,
                  stream,
                  () -> agent.decided(direction),
                  windows,
                  dropping,
                  traits.isFinishing())));
    }
    packets.accept(tap);
  }

  private void observeCut(Consumer<PacketObserver> packets) {
    streams.forEach(
        (direction, stream) -> cut.watch(direction, stream, () -> agent.decided(direction)));
    BoxTap tap = tap();
    tap.add(cut);
    packets.accept(tap);
    packets.accept(cut);
  }

  /** Shows a packet that left the box and was too large for the link behind it. */
  void drops(Packet packet) {
    attached.forEach(each -> each.drops(packet));
  }

  /** The checks of a world in which an end is cut off. */
  CutOracle cut() {
    return cut;
  }

  private void observeKinds(BoxTap tap) {
    tap.add(new ResetObserver(agent));
    if (!traits.mayPassGaps() && !traits.mayBeForgotten()) {
      streams.forEach((direction, stream) ->
          tap.add(new UrgentOracle(direction, stream, world.engine().policies().urgent())));
    }
  }

  /** Checks that no packet of an unedited connection is left in the box. */
  void checkEmpty(long nowNanos) {
    try {
      untouched.checkEmpty(nowNanos);
    } catch (AssertionError e) {
      throw new LawBroken(Law.UNTOUCHED, String.valueOf(e.getMessage()), e);
    }
  }
}
