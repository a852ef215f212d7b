package dev.midstream.engines.sim;

import dev.midstream.agent.Direction;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.log.BucketReplica;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshakes;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.law.OutputReach;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks that every node which may go on with a bucket has what its owner shows: SYN-ACKs, octets,
 * FINs and acknowledgements of an edited connection leave when the replica of each such node holds
 * the record, as far as the mode lets them wait. It looks at the replicas themselves, not at what
 * their owner was told. Connections whose opening was not seen are left out, and so are those that
 * stay, or have stayed, with a node that does not own the bucket: an owner that goes on with them
 * has the only copy, or that node has another one, until they are in the log again.
 */
final class CoverageWatch {
  private final EngineCluster cluster;
  private final CommitMode mode;
  private final Engine reader;
  private final Predicate<Connection> isLeftOut;
  private final FrameView frame = new FrameView();
  private final KeyedHash hashes = new KeyedHash(new HashSeed(0, 0));
  private final Map<Place, Read> read = new HashMap<>();
  private final Map<ConnectionKey, Early> early = new TreeMap<>(ConnectionKey.BY_ENDS);
  private long compared;
  private long openings;

  /** Where a connection is known. */
  private record Place(NodeId node, String connection) {}

  /** What a replica said when {@code last} was the last one of {@code count} records. */
  private record Read(KeptRecord last, int count, Map<Direction, Told> told) {}

  /** A SYN-ACK that left before a node had a record of it. */
  private record Early(int sequence, String who) {}

  /** How far octets and a FIN may leave, and be acknowledged, and whether the FIN may leave. */
  private record Told(long newNext, long orgNext, boolean isFinKnown) {
    static final Told NOTHING = new Told(0, 0, false);
    static final Told ALL = new Told(Long.MAX_VALUE, Long.MAX_VALUE, true);

    static Told of(Stream stream) {
      Edits edits = stream.edits();
      int fin = edits.fin().isSettled() ? 1 : 0;
      int orgFin = edits.fin().isReached() ? fin : 0;
      boolean isOpaque = edits.opaque().isOpen() && !edits.dropped().isOpen();
      long orgEnd = isOpaque ? edits.opaque().end() : stream.decided();
      long newEnd =
          orgEnd == Long.MAX_VALUE ? orgEnd : stream.newEnd() + (orgEnd - stream.decided());
      long shown = Math.max(plus(orgEnd, orgFin), edits.recordedCustodyEnd());
      return new Told(plus(newEnd, fin), shown, fin > 0);
    }

    private static long plus(long end, int more) {
      return end == Long.MAX_VALUE ? end : end + more;
    }
  }

  /**
   * Watches what leaves {@code cluster}.
   *
   * @param mode in which it writes records
   * @param reader an engine that has no connections and knows the rules of all
   * @param isLeftOut which connections have stayed with a node
   */
  CoverageWatch(
      EngineCluster cluster, CommitMode mode, Engine reader, Predicate<Connection> isLeftOut) {
    this.cluster = cluster;
    this.isLeftOut = isLeftOut;
    this.mode = mode;
    this.reader = reader;
  }

  /** How often what left was compared with a replica. */
  long compared() {
    return compared;
  }

  /** How often a SYN-ACK that left was. */
  long openings() {
    return openings;
  }

  /** An engine of {@code owner} sends {@code packet}. */
  void leaves(Machine owner, Packet packet) {
    if (frame.read(packet) != FrameKind.TCP || frame.isRst()) {
      return;
    }
    int bucket = cluster.buckets.of(packet);
    ConnectionKey key = new ConnectionKey().set(frame, hashes);
    AllocationTable table = owner.node().table();
    if (table == null || !table.bucket(bucket).isOwnedBy(owner.id())) {
      return;
    }
    if (frame.isSyn()) {
      if (frame.isAck() && mode.delaysOpening()) {
        noteOpening(owner, table, bucket, key);
      }
      return;
    }
    Connection live = connection(owner, bucket, key);
    if (live != null && !isLeftOut.test(live)) {
      judgeOpening(live, key);
      compareAll(live, owner, table, bucket, key);
    }
  }

  private void compareAll(
      Connection live, Machine owner, AllocationTable table, int bucket, ConnectionKey key) {
    for (Machine each : cluster.running()) {
      BucketReplica replica = each == owner ? null : replica(owner, table, each, bucket);
      if (replica != null) {
        compared++;
        compare(live, key, told(each, replica, live), owner + " for " + each);
      }
    }
  }

  /** The edited connection that the engine of a bucket has open; null if it has none. */
  private static @Nullable Connection connection(Machine owner, int bucket, ConnectionKey key) {
    @Nullable Connection[] found = new @Nullable Connection[1];
    owner
        .engines(bucket)
        .forEachEngine((number, engine) -> {
          if (number == bucket) {
            engine.forEachConnection(each -> {
              boolean isIt = ConnectionKey.BY_ENDS.compare(each.key(), key) == 0;
              found[0] = isIt && isLimited(each) ? each : found[0];
            });
          }
        });
    return found[0];
  }

  private static boolean isLimited(Connection connection) {
    return connection.hasStreams()
        && connection.handling() == Handling.EDITED
        && connection.resetReason() == null
        && !connection.isPickedUp();
  }

  /**
   * What {@code node} would go on with if the owner died now; null if it would not. It has obeyed a
   * later table if it is not named any more, and cannot read the log if it keeps nothing.
   */
  private static @Nullable BucketReplica replica(
      Machine owner, AllocationTable table, Machine node, int bucket) {
    Bucket its = table.bucket(bucket);
    AllocationTable known = node.isDispatcher ? null : node.node().table();
    boolean isNamed = its.isHeir(node.id()) || node.id().equals(its.from());
    if (!isNamed || known == null || known.version().isAfter(table.version())) {
      return null;
    }
    @Nullable BucketReplica[] found = new @Nullable BucketReplica[1];
    node.engines(bucket)
        .forEachReplica((number, replica) ->
            found[0] = number == bucket && replica.isHeir() ? replica : found[0]);
    if (found[0] != null && !found[0].owner().equals(owner.id())) {
      throw new AssertionError(owner + " sends although " + node + " follows another owner");
    }
    return found[0];
  }

  private @Nullable Read told(Machine node, BucketReplica replica, Connection live) {
    Place place = new Place(node.id(), live.name());
    List<KeptRecord> records = replica.replica().find(live.key());
    if (records == null) {
      return null;
    }
    Read known = read.get(place);
    KeptRecord last = records.getLast();
    if (known != null && known.last() == last && known.count() == records.size()) {
      return known;
    }
    Read now = new Read(last, records.size(), told(records, node.clock(cluster.now())));
    read.put(place, now);
    return now;
  }

  private Map<Direction, Told> told(List<KeptRecord> records, long nowNanos) {
    Connection copy = reader.moves().read(records, nowNanos);
    try {
      Map<Direction, Told> told = new EnumMap<>(Direction.class);
      boolean isLimited = copy.hasStreams() && copy.handling() == Handling.EDITED;
      for (Direction each : Direction.BOTH) {
        told.put(each, isLimited ? Told.of(copy.stream(each)) : Told.ALL);
      }
      return told;
    } finally {
      copy.free();
    }
  }

  // ---- SYN-ACKs

  /*
   * A half-open connection is no object, so a SYN-ACK has no live one with which it could be
   * compared, and whether it had to wait is not known before the connection is edited. What left
   * without a record is noted, and judged when the connection sends something else.
   */
  private void noteOpening(Machine owner, AllocationTable table, int bucket, ConnectionKey key) {
    for (Machine each : cluster.running()) {
      BucketReplica replica = each == owner ? null : replica(owner, table, each, bucket);
      if (replica != null) {
        openings++;
        if (!tellsOpening(replica.replica().find(key), each.clock(cluster.now()))) {
          early.put(key, new Early(frame.sequence(), owner + " for " + each));
        }
      }
    }
  }

  private boolean tellsOpening(@Nullable List<KeptRecord> records, long nowNanos) {
    if (records == null) {
      return false;
    }
    Connection copy = reader.moves().read(records, nowNanos);
    try {
      return isOf(copy) || isOf(copy.handshakes().alternative());
    } finally {
      copy.free();
    }
  }

  private boolean isOf(@Nullable Connection copy) {
    return copy != null && copy.handshakes().isWhole() && hasSyn(copy, frame.sequence());
  }

  private static boolean hasSyn(Connection connection, int sequence) {
    Handshakes handshakes = connection.handshakes();
    return handshakes.sequence(Direction.CLIENT_TO_SERVER) == sequence
        || handshakes.sequence(Direction.SERVER_TO_CLIENT) == sequence;
  }

  private void judgeOpening(Connection live, ConnectionKey key) {
    Early one = early.remove(key);
    if (one != null && live.handshakes().isWhole() && hasSyn(live, one.sequence())) {
      throw new AssertionError("a SYN-ACK without a record: " + one);
    }
  }

  // ---- what left

  private void compare(Connection live, ConnectionKey key, @Nullable Read read, String who) {
    boolean isOfClient = key.isSentByLow() == live.key().isSentByLow();
    Direction sent = isOfClient ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    Direction heard = isOfClient ? Direction.SERVER_TO_CLIENT : Direction.CLIENT_TO_SERVER;
    CommitMode its = mode.of(live.terms().replaysExactly(), /* isPickedUp= */ false);
    if (!live.openPhase().isReceiverReset(sent)) {
      compareSent(live.stream(sent), its, told(read, sent), who);
    }
    if (frame.isAck() && !live.openPhase().isSenderReset(heard)) {
      compareShown(live.stream(heard), its, told(read, heard), who);
    }
  }

  private static Told told(@Nullable Read read, Direction direction) {
    return read == null ? Told.NOTHING : read.told().getOrDefault(direction, Told.NOTHING);
  }

  private void compareSent(Stream stream, CommitMode its, Told told, String who) {
    int fin = frame.isFin() ? 1 : 0;
    int end = frame.sequence() + frame.payloadLength() + fin;
    long left = stream.space().offsetOf(end, stream.newEnd());
    boolean waits = its.delaysOctets() || OutputReach.insertsWithin(stream, told.newNext(), left);
    require(!waits || left <= told.newNext(), "octets", left, told, who);
    require(fin == 0 || told.isFinKnown(), "a FIN", left, told, who);
  }

  private void compareShown(Stream stream, CommitMode its, Told told, String who) {
    long shown = stream.space().offsetOf(frame.acknowledgement(), stream.decided());
    long most =
        its.delaysAcknowledgements()
            ? told.orgNext()
            : Math.max(told.orgNext(), OutputReach.receivedEnd(stream));
    require(shown <= most, "an acknowledgement", shown, told, who);
  }

  private static void require(boolean isSo, String what, long end, Told told, String who) {
    if (!isSo) {
      throw new AssertionError(
          what + " without a record: end=" + end + " " + told + ": " + who + " to go on with");
    }
  }
}
