package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.log.BucketReplica;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.worker.StayingPlaces;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections through a cluster. Shows each packet to the observers of its connection, and
 * tells them what the next engine knows whenever a bucket gets another one.
 */
final class WatchedTransfers {
  private final Map<Integer, WatchedTransfer> all = new LinkedHashMap<>();
  private final SegmentReader view = new SegmentReader();
  private final Set<WatchedTransfer> seen = new HashSet<>();

  WatchedTransfers(List<SimulatedWorld> worlds) {
    worlds.forEach(each -> all.put(each.ends().clientPort(), new WatchedTransfer(each)));
  }

  List<WatchedTransfer> all() {
    return List.copyOf(all.values());
  }

  /** One rule for each, because its agent tells the connections apart. */
  List<Rule> rules() {
    return all.values().stream().map(WatchedTransfers::rule).toList();
  }

  private static Rule rule(WatchedTransfer each) {
    int port = each.ends().serverPort();
    Match match = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
    return each.pair().world().engine().rule("port-" + port, match, each.agent());
  }

  // ---- packets

  /** An engine is about to process a packet. */
  void arrives(Packet packet, long nowNanos) {
    show(Place.INTO_BOX, packet.leg(), packet, nowNanos);
  }

  /** An engine sends a packet, which may be late or lost on its way out of the cluster. */
  void leaves(Packet packet, long nowNanos) {
    show(Place.OUT_OF_BOX, packet.leg(), packet, nowNanos);
  }

  private void show(Place place, Leg leg, Packet packet, long nowNanos) {
    if (!view.read(packet)) {
      return;
    }
    boolean isOfClient = (leg == Leg.INSIDE) == (place == Place.INTO_BOX);
    WatchedTransfer transfer = all.get(isOfClient ? view.sourcePort() : view.destinationPort());
    if (transfer != null) {
      seen.add(transfer);
      transfer.show(each -> each.seen(place, leg, packet, nowNanos));
    }
  }

  /** A process is about to be called. */
  void timer(long nowNanos) {
    for (WatchedTransfer each : all.values()) {
      if (each.isOpened() && !each.isDone()) {
        each.show(observer -> observer.timer(nowNanos));
      }
    }
  }

  /** {@code inner}; after each call what it keeps is compared with what it owes. */
  Box around(Box inner, ClusterStory story) {
    return new Box() {
      @Override
      public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
        Disposition disposition = inner.onPacket(packet, nowNanos, out);
        checkKept(story, nowNanos);
        return disposition;
      }

      @Override
      public void onTimer(long nowNanos, PacketOutput out) {
        inner.onTimer(nowNanos, out);
        checkKept(story, nowNanos);
      }

      @Override
      public long nextDeadlineNanos() {
        return inner.nextDeadlineNanos();
      }
    };
  }

  private void checkKept(ClusterStory story, long nowNanos) {
    for (WatchedTransfer each : seen) {
      Engine engine = each.isLost ? null : story.emitting(each.ends());
      if (engine != null) {
        engine.forEachConnection(connection -> {
          if (of(connection) == each) {
            each.pair().checkKept(connection, nowNanos);
          }
        });
      }
    }
    seen.clear();
  }

  private @Nullable WatchedTransfer of(Connection connection) {
    return all.get(CountedEvents.clientPort(connection.name()));
  }

  /** Whether a connection has stayed with a node that did not own its bucket. */
  boolean hasStayed(Connection connection) {
    WatchedTransfer transfer = of(connection);
    return transfer != null && transfer.hasStayed;
  }

  // ---- other engines

  /**
   * {@code machine} is about to go on with a bucket, whose last engine was {@code before}. One that
   * has missed a later owner will send nothing.
   */
  void opens(
      ClusterStory story, Machine machine, ClusterEffect.OpenBucket open, @Nullable Engine before) {
    boolean isOutdated = !story.isLatest(machine, open.bucket(), open.epoch());
    if (isOutdated || before == null || open.inherited() == Epoch.NONE) {
      return;
    }
    AllocationTable table = machine.node().table();
    boolean isMoved =
        story.hasEngine(machine, open.bucket())
            || (table != null && table.bucket(open.bucket()).from() != null);
    long nowNanos = machine.clock(story.cluster.now());
    Map<WatchedTransfer, Connection> copies =
        isMoved && story.hasEngine(machine, open.bucket())
            ? Map.of()
            : copies(machine, open.bucket(), before, nowNanos);
    for (WatchedTransfer each : all.values()) {
      boolean hasGoneOn = each.goneOnWith == open.epoch(); // by obeys, with what stayed
      if (!isOf(each, open.bucket(), story)) {
        continue;
      }
      if (stays(each, machine, open.bucket())) {
        each.dropHolder(machine.id());
      } else if (!hasGoneOn) {
        goOn(each, copies.get(each), isMoved, before, story.cluster.now());
      }
    }
    copies.values().forEach(Connection::free);
  }

  private static boolean isOf(WatchedTransfer transfer, int bucket, ClusterStory story) {
    return transfer.isOpened() && !transfer.isLost && story.bucketOf(transfer.ends()) == bucket;
  }

  /** Whether a connection of a bucket that {@code machine} is about to open stays elsewhere. */
  private static boolean stays(WatchedTransfer transfer, Machine machine, int bucket) {
    AllocationTable table = machine.node().table();
    StayingPlaces staying = machine.engines(bucket).staying();
    ConnectionEnds ends = ClusterStory.endsOf(transfer.ends());
    NodeId elsewhere =
        staying.isHere(bucket, ends) ? machine.id() : staying.elsewhere(bucket, ends);
    if (elsewhere != null && table != null && elsewhere.equals(table.stayer(bucket))) {
      transfer.stays = elsewhere;
      transfer.hasStayed = true;
    }
    return transfer.staysIn(table, bucket);
  }

  /**
   * Notes what stayed with a machine and is in its engine of the bucket now, as if nothing had
   * happened, because it owns that again.
   */
  void noteHome(ClusterStory story) {
    for (WatchedTransfer each : all.values()) {
      NodeId stays = each.stays;
      if (stays != null && isHome(story, each, stays)) {
        each.stays = null;
        each.movedAs(null);
      }
    }
  }

  private static boolean isHome(ClusterStory story, WatchedTransfer transfer, NodeId stays) {
    Machine machine = story.cluster.machineOf(stays);
    int bucket = story.bucketOf(transfer.ends());
    ConnectionEnds ends = ClusterStory.endsOf(transfer.ends());
    AllocationTable table = machine.runs(stays) ? machine.node().table() : null;
    return table != null
        && table.bucket(bucket).isOwnedBy(stays)
        && story.hasEngine(machine, bucket)
        && !machine.engines(bucket).staying().isHere(bucket, ends);
  }

  /**
   * {@code machine} obeys a table from now on: it goes on with the connections of a node that is
   * gone, as far as it knows them. If it hands the bucket over in the same table, they move with
   * it.
   */
  void obeys(ClusterStory story, Machine machine, int worker, AllocationTable table) {
    noteHome(story);
    for (WatchedTransfer each : all.values()) {
      NodeId stays = each.stays;
      int bucket = story.bucketOf(each.ends());
      each.noteObeyed(machine.id(), table, bucket);
      NodeId giver = table.bucket(bucket).from();
      NodeId owner = giver == null ? table.bucket(bucket).owner() : giver;
      boolean isOver =
          machine.workerOf(bucket) == worker
              && stays != null
              && !stays.equals(table.stayer(bucket));
      if (isOver && !each.isLost && (owner == null || owner.equals(machine.id()))) {
        each.stays = null;
        each.goneOnWith = giver == null ? table.bucket(bucket).epoch() : Epoch.NONE;
        takeOver(story, machine, each, table);
      }
    }
  }

  /** Notes where there are replicas of what stayed with a machine that has died since. */
  void noteHolders(ClusterStory story) {
    for (WatchedTransfer each : all.values()) {
      NodeId stays = each.stays;
      if (stays == null || story.cluster.machineOf(stays).runs(stays)) {
        each.holders = null;
      } else if (each.holders == null) {
        each.holders = holders(story, stays, story.bucketOf(each.ends()));
      }
    }
  }

  private static Set<NodeId> holders(ClusterStory story, NodeId stays, int bucket) {
    Set<NodeId> holders = new HashSet<>();
    for (Machine each : story.cluster.running()) {
      BucketReplica replica = each.engines(bucket).staying().replica(bucket);
      if (replica != null && replica.owner().equals(stays)) {
        holders.add(each.id());
      }
    }
    return holders;
  }

  /**
   * The owner of a bucket does not know a connection that stayed elsewhere. No node may have a
   * replica, unless it is gone. An owner that knows which connections stay may go on without one:
   * it gets that next. A list of another epoch says nothing. A replica is not used that may be
   * outdated.
   */
  private static void requireNoHolder(
      ClusterStory story, Machine owner, WatchedTransfer transfer, AllocationTable table) {
    int bucket = story.bucketOf(transfer.ends());
    StayingPlaces staying = owner.engines(bucket).staying();
    boolean isListed =
        staying.isListed(bucket)
            && staying.elsewhere(bucket, ClusterStory.endsOf(transfer.ends())) != null;
    Set<NodeId> holders = transfer.holders == null ? Set.of() : transfer.holders;
    for (NodeId each : holders) {
      boolean isThere = story.cluster.machineOf(each).runs(each) && table.isMember(each);
      boolean mayLackIt =
          each.equals(owner.id()) ? transfer.mayHaveMissed(each, table, bucket) : isListed;
      if (isThere && !mayLackIt) {
        throw new AssertionError("a replica is not used: " + owner + " " + transfer.ends());
      }
    }
  }

  /** {@code machine} is about to hear which connections stay, or that it is to go on with them. */
  void hears(ClusterStory story, Machine machine, NodeId from, LogMessage message) {
    int bucket = message.bucket();
    boolean isGiven =
        message instanceof LogMessage.Append append
            && append.since() == LogMessage.STAYING_KEYS
            && append.records().stream().anyMatch(each -> each.length == 1)
            && machine.engines(bucket).staying().mayGoOn(from, append);
    for (WatchedTransfer each : isGiven ? List.copyOf(all.values()) : List.<WatchedTransfer>of()) {
      if (story.bucketOf(each.ends()) == bucket && from.equals(each.stays)) {
        each.stays = null;
        each.movedAs(null);
      }
    }
  }

  private void takeOver(
      ClusterStory story, Machine machine, WatchedTransfer transfer, AllocationTable table) {
    int bucket = story.bucketOf(transfer.ends());
    BucketReplica replica = machine.engines(bucket).staying().replica(bucket);
    Engine before = story.stayingEngine(bucket);
    if (replica == null || before == null) {
      if (table.bucket(bucket).owner() != null && !transfer.isDone()) {
        requireNoHolder(story, machine, transfer, table);
      }
      transfer.isLost |= !transfer.isDone();
      return;
    }
    long nowNanos = machine.clock(story.cluster.now());
    Map<WatchedTransfer, Connection> copies = new HashMap<>();
    read(replica, records -> before.moves().read(records, nowNanos), copies);
    Connection copy = copies.get(transfer);
    if (copy != null || !transfer.isDone()) {
      goOn(transfer, copy, /* isMoved= */ false, before, story.cluster.now());
    }
    copies.values().forEach(Connection::free);
  }

  private void goOn(
      WatchedTransfer transfer,
      @Nullable Connection copy,
      boolean isMoved,
      Engine before,
      long nowNanos) {
    if (isMoved) {
      transfer.movedAs(copy);
    } else {
      withConnection(
          transfer,
          before,
          connection -> {
            if (copy == null) {
              transfer.forgotten(connection, nowNanos);
            } else {
              transfer.takenOverAs(copy, connection, nowNanos);
            }
          });
    }
  }

  /** Shows what {@code engine} knows of a connection; null if nothing. */
  private void withConnection(
      WatchedTransfer transfer, Engine engine, Consumer<@Nullable Connection> user) {
    boolean[] isFound = new boolean[1];
    Consumer<Connection> finder =
        each -> {
          if (of(each) == transfer && !isFound[0]) {
            isFound[0] = true;
            user.accept(each);
          }
        };
    engine.forEachConnection(finder);
    engine.forEachParked(finder);
    if (!isFound[0]) {
      user.accept(null);
    }
  }

  /** What a machine knows of the connections of a bucket that it backs up. */
  private Map<WatchedTransfer, Connection> copies(
      Machine machine, int bucket, Engine reader, long nowNanos) {
    Map<WatchedTransfer, Connection> copies = new HashMap<>();
    machine
        .engines(bucket)
        .forEachReplica((number, replica) -> {
          if (number == bucket) {
            read(replica, records -> reader.moves().read(records, nowNanos), copies);
          }
        });
    return copies;
  }

  private void read(
      BucketReplica replica,
      Function<List<KeptRecord>, Connection> reader,
      Map<WatchedTransfer, Connection> copies) {
    replica
        .replica()
        .forEach(records -> {
          Connection copy = reader.apply(records);
          WatchedTransfer transfer = of(copy);
          if (transfer != null) {
            copies.put(transfer, copy);
          }
        });
  }
}
