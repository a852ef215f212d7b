package dev.midstream.engines.message;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Bucket.Staying;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The octets of an {@link AllocationTable} and its parts. A table names each node once, and then by
 * its place in that list, counted from 1; 0 is no node. It is the last of what has it, so that its
 * optional fields are those of the message. A cluster with {@code on-reallocation: stay} has one,
 * which all its nodes know; and any other one for a moment, if a member that leaves and keeps
 * connections dies while their bucket moves on. A node that does not know that goes on without.
 */
final class TableCodec {
  private static final int MAX_PORT = 65_535;

  /* An address, a port and an incarnation take no less; so a list is not longer than what came. */
  private static final int MIN_NODE_BYTES = 33;

  private static final int COMPLETE = 1;
  private static final int UNREADABLE = 2;

  private TableCodec() {}

  // ---- parts

  static void writeNode(NodeId node, StateWriter out) {
    out.int64(node.address().high());
    out.int64(node.address().low());
    out.number(node.address().port());
    out.int64(node.incarnation().getMostSignificantBits());
    out.int64(node.incarnation().getLeastSignificantBits());
  }

  static NodeId readNode(StateReader in) {
    long high = in.int64();
    long low = in.int64();
    int port = in.count(MAX_PORT);
    if (port == 0) {
      throw new MalformedState("no port");
    }
    return new NodeId(new NodeAddress(high, low, port), new UUID(in.int64(), in.int64()));
  }

  static void writeTerm(Term term, StateWriter out) {
    out.number(term.round());
    writeNode(term.candidate(), out);
  }

  static Term readTerm(StateReader in) {
    long round = in.position();
    return new Term(round, readNode(in));
  }

  static void writeVersion(Version version, StateWriter out) {
    writeTerm(version.term(), out);
    out.number(version.number());
  }

  static Version readVersion(StateReader in) {
    Term term = readTerm(in);
    long number = in.position();
    if (number < 1 || number > Epoch.MAX_NUMBER) {
      throw new MalformedState("no number of a table: " + number);
    }
    return new Version(term, number);
  }

  @SuppressWarnings("EnumOrdinal") // a kept sample pins the numbers
  static void writeRole(Member.Role role, StateWriter out) {
    out.octet(role.ordinal());
  }

  @SuppressWarnings("EnumOrdinal") // a kept sample pins the numbers
  static Member.Role readRole(StateReader in) {
    return Member.Role.values()[in.count(Member.Role.values().length - 1)];
  }

  static int readBucketNumber(StateReader in) {
    return in.count(AllocationTable.MAX_BUCKETS - 1);
  }

  /** An epoch of an owner. */
  static long readEpoch(StateReader in) {
    long epoch = readEpochOrNone(in);
    if (epoch == Epoch.NONE) {
      throw new MalformedState("no epoch");
    }
    return epoch;
  }

  private static long readEpochOrNone(StateReader in) {
    long epoch = in.int64();
    if (epoch < Epoch.NONE) {
      throw new MalformedState("epoch out of range: " + epoch);
    }
    return epoch;
  }

  // ---- tables

  static void writeTable(AllocationTable table, StateWriter out) {
    Map<NodeId, Integer> places = places(table);
    writeVersion(table.version(), out);
    out.number(places.size());
    places.keySet().forEach(node -> writeNode(node, out));
    out.number(places.getOrDefault(table.founder(), 0));
    out.octets(table.secret().octets(), 0, Secret.BYTES);
    out.number(table.members().size());
    for (Member member : table.members()) {
      out.number(places.getOrDefault(member.id(), 0));
      out.number(member.number());
      writeRole(member.role(), out);
    }
    out.number(table.base().size());
    table.base().forEach(node -> out.number(places.getOrDefault(node, 0)));
    out.number(table.nextNumber());
    out.number(table.bucketCount());
    table.buckets().forEach(bucket -> writeBucket(bucket, places, out));
    if (table.buckets().stream().anyMatch(each -> each.staying() != null)) {
      int field = out.beginField(OptionalFields.STAYING);
      table.buckets().forEach(bucket -> writeStaying(bucket.staying(), places, out));
      out.endField(field);
    }
  }

  /** Where connections stay, or 0 for a bucket of which none do. */
  private static void writeStaying(
      @Nullable Staying staying, Map<NodeId, Integer> places, StateWriter out) {
    out.number(staying == null ? 0 : place(staying.node(), places));
    if (staying != null) {
      out.int64(staying.since());
    }
  }

  private static List<Bucket> withStaying(
      List<Bucket> buckets, List<NodeId> nodes, StateReader in) {
    List<Bucket> with = new ArrayList<>();
    for (Bucket bucket : buckets) {
      NodeId node = readPlaceOrNone(nodes, in);
      with.add(node == null ? bucket : bucket.withStaying(new Staying(node, readEpoch(in))));
    }
    return with;
  }

  private static Map<NodeId, Integer> places(AllocationTable table) {
    Map<NodeId, Integer> places = new LinkedHashMap<>();
    add(table.founder(), places);
    table.memberIds().forEach(node -> add(node, places));
    table.base().forEach(node -> add(node, places));
    for (Bucket bucket : table.buckets()) {
      add(bucket.owner(), places);
      add(bucket.from(), places);
      add(bucket.target(), places);
      bucket.backups().forEach(backup -> add(backup.node(), places));
      add(bucket.staying() == null ? null : bucket.staying().node(), places);
    }
    return places;
  }

  private static void add(@Nullable NodeId node, Map<NodeId, Integer> places) {
    if (node != null) {
      places.putIfAbsent(node, places.size() + 1);
    }
  }

  private static void writeBucket(Bucket bucket, Map<NodeId, Integer> places, StateWriter out) {
    out.number(place(bucket.owner(), places));
    out.int64(bucket.epoch());
    out.number(place(bucket.from(), places));
    out.number(place(bucket.target(), places));
    out.int64(bucket.inherited());
    out.number(bucket.backups().size());
    for (Backup backup : bucket.backups()) {
      out.number(place(backup.node(), places));
      out.int64(backup.since());
      out.flags(backup.complete(), backup.unreadable());
      out.int64(backup.held());
    }
  }

  private static int place(@Nullable NodeId node, Map<NodeId, Integer> places) {
    return node == null ? 0 : places.getOrDefault(node, 0);
  }

  static AllocationTable readTable(StateReader in) {
    Version version = readVersion(in);
    List<NodeId> nodes = new ArrayList<>();
    for (int left = in.count(in.remaining() / MIN_NODE_BYTES); left > 0; left--) {
      nodes.add(readNode(in));
    }
    NodeId founder = readPlace(nodes, in);
    Secret secret = new Secret(in.octets(Secret.BYTES));
    List<Member> members = new ArrayList<>();
    for (int left = in.count(nodes.size()); left > 0; left--) {
      members.add(new Member(readPlace(nodes, in), in.count(Epoch.MAX_MEMBER), readRole(in)));
    }
    List<NodeId> base = new ArrayList<>();
    for (int left = in.count(nodes.size()); left > 0; left--) {
      base.add(readPlace(nodes, in));
    }
    int nextNumber = in.count(Integer.MAX_VALUE);
    int count = in.count(AllocationTable.MAX_BUCKETS);
    if (members.isEmpty() || Integer.bitCount(count) != 1) {
      throw new MalformedState("no table: members=" + members.size() + " buckets=" + count);
    }
    List<Bucket> buckets = new ArrayList<>();
    for (int left = count; left > 0; left--) {
      buckets.add(readBucket(nodes, in));
    }
    List<Bucket> all =
        OptionalFields.read(in)
            .get(OptionalFields.STAYING, field -> withStaying(buckets, nodes, field));
    return AllocationTable.received(
        founder, secret, version, members, base, all == null ? buckets : all, nextNumber);
  }

  private static Bucket readBucket(List<NodeId> nodes, StateReader in) {
    NodeId owner = readPlaceOrNone(nodes, in);
    long epoch = readEpochOrNone(in);
    NodeId from = readPlaceOrNone(nodes, in);
    NodeId target = readPlaceOrNone(nodes, in);
    long inherited = readEpochOrNone(in);
    List<Backup> backups = new ArrayList<>();
    for (int left = in.count(nodes.size()); left > 0; left--) {
      backups.add(readBackup(nodes, in));
    }
    return new Bucket(owner, epoch, from, target, backups, inherited);
  }

  private static Backup readBackup(List<NodeId> nodes, StateReader in) {
    NodeId node = readPlace(nodes, in);
    long since = in.int64();
    int flags = in.count(COMPLETE | UNREADABLE);
    long held = readEpochOrNone(in);
    return new Backup(node, since, (flags & COMPLETE) != 0, held, (flags & UNREADABLE) != 0);
  }

  private static NodeId readPlace(List<NodeId> nodes, StateReader in) {
    NodeId node = readPlaceOrNone(nodes, in);
    if (node == null) {
      throw new MalformedState("no node");
    }
    return node;
  }

  private static @Nullable NodeId readPlaceOrNone(List<NodeId> nodes, StateReader in) {
    int place = in.count(nodes.size());
    return place == 0 ? null : nodes.get(place - 1);
  }
}
