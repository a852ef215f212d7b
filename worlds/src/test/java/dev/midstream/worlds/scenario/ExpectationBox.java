package dev.midstream.worlds.scenario;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.law.CommittingBox;
import dev.midstream.worlds.law.DeathStates;
import dev.midstream.worlds.law.Engines;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.MovingBox;
import dev.midstream.worlds.law.NotedLog;
import dev.midstream.worlds.law.WatchedBox;
import dev.midstream.worlds.law.WatchedPair;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.EnginePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The engine of connections that expect others. It may write records, and die: then another one
 * goes on with these.
 */
final class ExpectationBox {
  private final SimulatedNetwork network;
  private final ExpectationTakeovers takeovers;
  private final Engines engines;
  private final MemoryLog log;
  private final CommittingBox committing;
  private final MovingBox moving;
  private final WatchedBox watched;

  /**
   * Places the engine of {@code plan} with {@code rules} in {@code network}.
   *
   * @param mayEnd whether the engine may die now
   */
  ExpectationBox(
      EnginePlan plan,
      RuleTable rules,
      SimulatedNetwork network,
      ExpectationTakeovers takeovers,
      BooleanSupplier mayEnd,
      long seed) {
    this.network = network;
    this.takeovers = takeovers;
    CommitPlan commits = plan.commits();
    log = new MemoryLog(commits.mode(), commits.noCopy(), commits.firstCopies());
    NotedLog noted = new NotedLog(log);
    engines =
        new Engines((hashes, memory) -> plan.engine(hashes, rules, memory, noted, EventSink.NONE));
    noted.observe(takeovers::noteRecord);
    committing = new CommittingBox(engines, noted, commits, seed, takeovers);
    committing.endWhile(mayEnd);
    moving = new MovingBox(engines.get(), plan.moveOneIn(), seed);
    Box acting = commits.mode().writesRecords() ? committing : moving;
    long most = plan.limits().totalBytes();
    long waiting = commits.keepsBack() ? most : plan.limits().waitingBytes();
    watched = new WatchedBox(engines, acting, most, waiting, _ -> {});
    takeovers.tell(watched);
    moving.observeStreams(watched::noteMoved);
    network
        .place(watched)
        .callTimerFirst(() -> moving.isMoveDue() || committing.isDue())
        .loseWhile(committing::isDark);
  }

  Engine engine() {
    return engines.get();
  }

  /** How many times another engine went on. */
  int takeovers() {
    return committing.takeovers();
  }

  /** How many of these were hand-overs: no record was lost. */
  int handOvers() {
    return committing.handOvers();
  }

  /** How often a connection was moved within the engine. */
  long moves() {
    return moving.moves();
  }

  /** The states in which engines died. */
  DeathStates deathStates() {
    return committing.deathStates();
  }

  /** Whether another engine knows all that this one has written. */
  boolean isCommitted() {
    return !committing.isDark() && log.committed() == log.appended();
  }

  /** The memory for octets, and what is in records still. */
  long keptBytes() {
    return engines.allocatedBytes()
        + (engines.get().inheritedConnections() > 0 ? Long.MAX_VALUE / 2 : 0);
  }

  /** Ends the engine, which then stores nothing. */
  void finish() {
    watched.finish(network.nowNanos(), engines::allocatedBytes);
  }

  /** Shows the packets between its ports to the observers of {@code pair}, and their timers. */
  void observe(WatchedPair pair) {
    takeovers.add(pair);
    List<PacketObserver> own = new ArrayList<>();
    pair.observe(own::add, true);
    network.observe(new Selected(pair, own));
  }

  /** Shows packets between the ports of {@code pair} to {@code observers}. */
  private record Selected(WatchedPair pair, SegmentReader view, List<PacketObserver> observers)
      implements PacketObserver {

    Selected(WatchedPair pair, List<PacketObserver> observers) {
      this(pair, new SegmentReader(), observers);
    }

    @Override
    public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
      if (!view.read(packet) || !isBetween(pair.world().ends(), view)) {
        return;
      }
      try {
        observers.forEach(each -> each.seen(place, leg, packet, nowNanos));
      } catch (LawBroken e) {
        throw new LawBroken(e.law(), e.getMessage() + "\n" + pair.world(), e);
      }
    }

    @Override
    public void timer(long nowNanos) {
      observers.forEach(each -> each.timer(nowNanos));
    }
  }

  /** Whether the segment in {@code view} is one of the connection between {@code ends}. */
  static boolean isBetween(Ends ends, SegmentReader view) {
    int source = view.sourcePort();
    int destination = view.destinationPort();
    return (source == ends.clientPort() && destination == ends.serverPort())
        || (source == ends.serverPort() && destination == ends.clientPort());
  }
}
