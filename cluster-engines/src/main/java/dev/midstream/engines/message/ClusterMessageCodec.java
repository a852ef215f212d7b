package dev.midstream.engines.message;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterMessage.Accepted;
import dev.midstream.cluster.node.ClusterMessage.BucketReport;
import dev.midstream.cluster.node.ClusterMessage.ClientKeepalive;
import dev.midstream.cluster.node.ClusterMessage.Grant;
import dev.midstream.cluster.node.ClusterMessage.Hello;
import dev.midstream.cluster.node.ClusterMessage.Install;
import dev.midstream.cluster.node.ClusterMessage.JoinPending;
import dev.midstream.cluster.node.ClusterMessage.JoinRefused;
import dev.midstream.cluster.node.ClusterMessage.JoinRequest;
import dev.midstream.cluster.node.ClusterMessage.Last;
import dev.midstream.cluster.node.ClusterMessage.MasterKeepalive;
import dev.midstream.cluster.node.ClusterMessage.MoveOrder;
import dev.midstream.cluster.node.ClusterMessage.Neighbour;
import dev.midstream.cluster.node.ClusterMessage.Neighbours;
import dev.midstream.cluster.node.ClusterMessage.NotMember;
import dev.midstream.cluster.node.ClusterMessage.Prepare;
import dev.midstream.cluster.node.ClusterMessage.Promised;
import dev.midstream.cluster.node.ClusterMessage.Propose;
import dev.midstream.cluster.node.ClusterMessage.Receiving;
import dev.midstream.cluster.node.ClusterMessage.Refused;
import dev.midstream.cluster.node.ClusterMessage.Stopped;
import dev.midstream.cluster.node.ClusterMessage.Support;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The octets of {@link ClusterMessage}s: version, kind, what each message of the kind has, and then
 * optional fields. A reader skips fields that it does not know.
 */
public final class ClusterMessageCodec {
  /** The version of the octets. */
  public static final int VERSION = 1;

  private static final int MAX_TEXT_LENGTH = 300;

  /* The kinds. A number is never used again. */
  private static final int PREPARE = 1;
  private static final int PROMISED = 2;
  private static final int REFUSED = 3;
  private static final int PROPOSE = 4;
  private static final int ACCEPTED = 5;
  private static final int INSTALL = 6;
  private static final int MASTER_KEEPALIVE = 7;
  private static final int SUPPORT = 8;
  private static final int CLIENT_KEEPALIVE = 9;
  private static final int GRANT = 10;
  private static final int HELLO = 11;
  private static final int NOT_MEMBER = 12;
  private static final int JOIN_REQUEST = 13;
  private static final int JOIN_PENDING = 14;
  private static final int JOIN_REFUSED = 15;
  private static final int BUCKET_REPORT = 16;
  private static final int MOVE_ORDER = 17;
  private static final int LAST = 18;
  private static final int STOPPED = 19;
  private static final int RECEIVING = 20;
  private static final int NEIGHBOURS = 21;

  private ClusterMessageCodec() {}

  /** Writes {@code message}. */
  public static void write(ClusterMessage message, StateWriter out) {
    out.octet(VERSION);
    switch (message) {
      case Prepare prepare -> TableCodec.writeTerm(prepare.term(), kind(PREPARE, out));
      case Promised promised -> writePromised(promised, kind(PROMISED, out));
      case Refused refused -> writeRefused(refused, kind(REFUSED, out));
      case Propose propose -> TableCodec.writeTable(propose.table(), kind(PROPOSE, out));
      case Accepted accepted -> TableCodec.writeVersion(accepted.version(), kind(ACCEPTED, out));
      case Install install -> TableCodec.writeTable(install.table(), kind(INSTALL, out));
      case MasterKeepalive keepalive -> writeKeepalive(keepalive, kind(MASTER_KEEPALIVE, out));
      case Support support ->
          writeSequence(support.term(), support.sequence(), support.version(), kind(SUPPORT, out));
      case ClientKeepalive keepalive ->
          writeSequence(
              keepalive.term(),
              keepalive.sequence(),
              keepalive.version(),
              kind(CLIENT_KEEPALIVE, out));
      case Grant grant -> writeGrant(grant, kind(GRANT, out));
      case Hello hello -> writeFounded(hello.founder(), hello.version(), kind(HELLO, out));
      case NotMember other -> writeFounded(other.founder(), other.version(), kind(NOT_MEMBER, out));
      case JoinRequest request -> writeRequest(request, kind(JOIN_REQUEST, out));
      case JoinPending pending -> kind(JOIN_PENDING, out);
      case JoinRefused refused -> writeJoinRefused(refused, kind(JOIN_REFUSED, out));
      case BucketReport report -> ReportCodec.write(report, kind(BUCKET_REPORT, out));
      case MoveOrder order -> writeOrder(order, kind(MOVE_ORDER, out));
      case Stopped given -> writeEpoch(given.bucket(), given.epoch(), kind(STOPPED, out));
      case Receiving taker -> writeEpoch(taker.bucket(), taker.epoch(), kind(RECEIVING, out));
      case Last last -> writeEpoch(last.bucket(), last.epoch(), kind(LAST, out));
      case Neighbours told -> writeNeighbours(told, kind(NEIGHBOURS, out));
    }
  }

  private static StateWriter kind(int kind, StateWriter out) {
    out.octet(kind);
    return out;
  }

  private static void writePromised(Promised promised, StateWriter out) {
    TableCodec.writeTerm(promised.term(), out);
    out.flags(promised.agreed());
    out.signed(promised.promisedNanos());
    OptionalFields.write(OptionalFields.TABLE, promised.accepted(), TableCodec::writeTable, out);
  }

  private static void writeRefused(Refused refused, StateWriter out) {
    OptionalFields.write(OptionalFields.TERM, refused.term(), TableCodec::writeTerm, out);
    OptionalFields.write(OptionalFields.TABLE, refused.agreed(), TableCodec::writeTable, out);
  }

  private static void writeKeepalive(MasterKeepalive keepalive, StateWriter out) {
    TableCodec.writeTerm(keepalive.term(), out);
    out.signed(keepalive.sequence());
    out.number(keepalive.members());
    out.flags(keepalive.leased());
    out.signed(keepalive.intervalNanos());
    OptionalFields.write(OptionalFields.NODE, keepalive.founder(), TableCodec::writeNode, out);
    OptionalFields.write(
        OptionalFields.VERSION, keepalive.version(), TableCodec::writeVersion, out);
  }

  private static void writeSequence(
      Term term, long sequence, @Nullable Version version, StateWriter out) {
    TableCodec.writeTerm(term, out);
    out.signed(sequence);
    OptionalFields.write(OptionalFields.VERSION, version, TableCodec::writeVersion, out);
  }

  private static void writeGrant(Grant grant, StateWriter out) {
    TableCodec.writeTerm(grant.term(), out);
    out.signed(grant.sequence());
    out.signed(grant.leaseNanos());
  }

  private static void writeFounded(NodeId founder, Version version, StateWriter out) {
    TableCodec.writeNode(founder, out);
    TableCodec.writeVersion(version, out);
  }

  private static void writeRequest(JoinRequest request, StateWriter out) {
    out.int64(request.configuration());
    TableCodec.writeRole(request.role(), out);
  }

  private static void writeJoinRefused(JoinRefused refused, StateWriter out) {
    out.int64(refused.configuration());
    String veto = refused.veto();
    String text = veto == null ? null : veto.substring(0, Math.min(veto.length(), MAX_TEXT_LENGTH));
    OptionalFields.write(OptionalFields.TEXT, text, (each, field) -> field.text(each), out);
  }

  private static void writeOrder(MoveOrder order, StateWriter out) {
    out.number(order.bucket());
    TableCodec.writeNode(order.to(), out);
  }

  private static void writeEpoch(int bucket, long epoch, StateWriter out) {
    out.number(bucket);
    out.int64(epoch);
  }

  private static void writeNeighbours(Neighbours told, StateWriter out) {
    out.number(told.seen().size());
    for (Neighbour each : told.seen()) {
      out.number(each.address());
      out.int64(each.tags());
      out.flags(each.isOutside());
    }
  }

  /**
   * Reads a message.
   *
   * @param octets whatever came, [from, to)
   * @return null if they are no message, or of another version
   */
  public static @Nullable ClusterMessage read(byte[] octets, int from, int to) {
    try {
      StateReader in = new StateReader(octets, from, to);
      return in.octet() == VERSION ? read(in.octet(), in) : null;
    } catch (MalformedState e) {
      return null;
    }
  }

  private static ClusterMessage read(int kind, StateReader in) {
    return switch (kind) {
      case PREPARE -> ended(new Prepare(TableCodec.readTerm(in)), in);
      case PROMISED -> readPromised(in);
      case REFUSED -> readRefused(in);
      case PROPOSE -> ended(new Propose(TableCodec.readTable(in)), in);
      case ACCEPTED -> ended(new Accepted(TableCodec.readVersion(in)), in);
      case INSTALL -> ended(new Install(TableCodec.readTable(in)), in);
      case MASTER_KEEPALIVE -> readKeepalive(in);
      case SUPPORT -> readSupport(in);
      case CLIENT_KEEPALIVE -> readClientKeepalive(in);
      case GRANT -> ended(new Grant(TableCodec.readTerm(in), in.signed(), in.signed()), in);
      case HELLO -> ended(new Hello(TableCodec.readNode(in), TableCodec.readVersion(in)), in);
      case NOT_MEMBER ->
          ended(new NotMember(TableCodec.readNode(in), TableCodec.readVersion(in)), in);
      case JOIN_REQUEST -> ended(new JoinRequest(in.int64(), TableCodec.readRole(in)), in);
      case JOIN_PENDING -> ended(new JoinPending(), in);
      case JOIN_REFUSED -> readJoinRefused(in);
      case BUCKET_REPORT -> ReportCodec.read(in);
      case MOVE_ORDER ->
          ended(new MoveOrder(TableCodec.readBucketNumber(in), TableCodec.readNode(in)), in);
      case STOPPED ->
          ended(new Stopped(TableCodec.readBucketNumber(in), TableCodec.readEpoch(in)), in);
      case RECEIVING ->
          ended(new Receiving(TableCodec.readBucketNumber(in), TableCodec.readEpoch(in)), in);
      case LAST -> ended(new Last(TableCodec.readBucketNumber(in), TableCodec.readEpoch(in)), in);
      case NEIGHBOURS -> ended(readNeighbours(in), in);
      default -> throw new MalformedState("unknown kind of message: kind=" + kind);
    };
  }

  /** A message without optional fields; those that a later version may have are skipped. */
  private static ClusterMessage ended(ClusterMessage message, StateReader in) {
    OptionalFields.read(in);
    return message;
  }

  private static ClusterMessage readPromised(StateReader in) {
    Term term = TableCodec.readTerm(in);
    boolean agreed = in.count(1) == 1;
    long promisedNanos = in.signed();
    AllocationTable accepted =
        OptionalFields.read(in).get(OptionalFields.TABLE, TableCodec::readTable);
    return new Promised(term, accepted, agreed, promisedNanos);
  }

  private static ClusterMessage readRefused(StateReader in) {
    OptionalFields fields = OptionalFields.read(in);
    return new Refused(
        fields.get(OptionalFields.TERM, TableCodec::readTerm),
        fields.get(OptionalFields.TABLE, TableCodec::readTable));
  }

  private static ClusterMessage readKeepalive(StateReader in) {
    Term term = TableCodec.readTerm(in);
    long sequence = in.signed();
    int members = in.count(Integer.MAX_VALUE);
    boolean leased = in.count(1) == 1;
    long intervalNanos = in.signed();
    OptionalFields fields = OptionalFields.read(in);
    NodeId founder = fields.get(OptionalFields.NODE, TableCodec::readNode);
    Version version = fields.get(OptionalFields.VERSION, TableCodec::readVersion);
    return new MasterKeepalive(term, founder, sequence, version, members, leased, intervalNanos);
  }

  private static ClusterMessage readSupport(StateReader in) {
    Term term = TableCodec.readTerm(in);
    long sequence = in.signed();
    return new Support(
        term,
        sequence,
        OptionalFields.read(in).get(OptionalFields.VERSION, TableCodec::readVersion));
  }

  private static ClusterMessage readClientKeepalive(StateReader in) {
    Term term = TableCodec.readTerm(in);
    long sequence = in.signed();
    return new ClientKeepalive(
        term,
        sequence,
        OptionalFields.read(in).get(OptionalFields.VERSION, TableCodec::readVersion));
  }

  private static ClusterMessage readJoinRefused(StateReader in) {
    long configuration = in.int64();
    return new JoinRefused(
        configuration, OptionalFields.read(in).get(OptionalFields.TEXT, StateReader::text));
  }

  private static Neighbours readNeighbours(StateReader in) {
    List<Neighbour> seen = new ArrayList<>();
    for (int left = in.count(Neighbours.MAX); left > 0; left--) {
      seen.add(new Neighbour(in.number(), in.int64(), in.count(1) == 1));
    }
    return new Neighbours(seen);
  }
}
