package dev.midstream.tables.entry;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.tables.entry.ConnectionEntry.Phase;
import dev.midstream.tables.entry.NodeEntry.LeaseState;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import dev.midstream.tables.entry.TableKey.NodeKey;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The octets of entries, without their keys.
 *
 * <pre>
 *   octet    version
 *   number   epoch
 *   number   revision     so far each version is alike
 *   fields of the table, in the order of their records
 *   optional fields up to the end: octet tag, 4 octets length, content; unknown ones are skipped
 * </pre>
 */
public final class EntryCodec {
  /** The version of the octets. */
  public static final int VERSION = 1;

  private static final List<Phase> PHASES = List.of(Phase.values());
  private static final List<LeaseState> LEASES = List.of(LeaseState.values());
  private static final int MAX_PORT = 65_535;
  private static final int MAX_CONTEXT_BYTES = 512;

  private EntryCodec() {}

  // ---- writing

  /** The octets of an entry. */
  public static byte[] octets(TableEntry entry) {
    StateWriter out = new StateWriter();
    out.octet(VERSION);
    out.number(entry.epoch());
    out.number(entry.revision());
    switch (entry) {
      case ConnectionEntry connection -> write(connection, out);
      case ExpectationEntry expectation -> write(expectation, out);
      case NodeEntry node -> write(node, out);
    }
    return out.toOctets();
  }

  private static void write(ConnectionEntry entry, StateWriter out) {
    write(entry.owner(), out);
    out.octet(PHASES.indexOf(entry.phase()));
    out.text(entry.rule());
    out.flags(entry.agent() != null);
    if (entry.agent() != null) {
      out.text(entry.agent());
    }
    out.number(entry.clientOctets());
    out.number(entry.serverOctets());
    out.number(entry.sinceMillis());
  }

  private static void write(ExpectationEntry entry, StateWriter out) {
    write(entry.owner(), out);
    out.text(entry.rule());
    out.number(entry.opened());
    out.number(entry.connections());
    out.number(entry.restMillis());
    byte[] context = entry.context().toArray();
    out.number(context.length);
    out.octets(context, 0, context.length);
  }

  private static void write(NodeEntry entry, StateWriter out) {
    writeAddress(entry.node().address(), out);
    out.text(entry.name());
    out.text(entry.program());
    out.int64(entry.configuration());
    out.octet(LEASES.indexOf(entry.lease()));
    out.number(entry.buckets());
    out.number(entry.connections());
    out.number(entry.sinceMillis());
  }

  private static void write(NodeId node, StateWriter out) {
    writeAddress(node.address(), out);
    out.int64(node.incarnation().getMostSignificantBits());
    out.int64(node.incarnation().getLeastSignificantBits());
  }

  private static void writeAddress(NodeAddress address, StateWriter out) {
    out.int64(address.high());
    out.int64(address.low());
    out.number(address.port());
  }

  // ---- reading

  /**
   * Reads an entry.
   *
   * @param octets whatever the table has
   * @return null if they are no entry of this table, or of another version
   */
  public static @Nullable TableEntry read(Table table, byte[] key, byte[] octets) {
    try {
      StateReader in = new StateReader(octets, 0, octets.length);
      if (in.octet() != VERSION) {
        return null;
      }
      TableEntry entry = read(KeyCodec.read(table, key), in);
      skipOptionalFields(in);
      return entry;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static TableEntry read(TableKey key, StateReader in) {
    long epoch = in.position();
    long revision = in.position();
    return switch (key) {
      case ConnectionKey connection -> connection(connection, epoch, revision, in);
      case ExpectationKey expectation -> expectation(expectation, epoch, revision, in);
      case NodeKey node -> node(node, revision, in);
    };
  }

  private static ConnectionEntry connection(
      ConnectionKey key, long epoch, long revision, StateReader in) {
    return new ConnectionEntry(
        key,
        epoch,
        revision,
        node(in),
        PHASES.get(in.count(PHASES.size() - 1)),
        in.text(),
        in.count(1) == 1 ? in.text() : null,
        in.position(),
        in.position(),
        in.position());
  }

  private static ExpectationEntry expectation(
      ExpectationKey key, long epoch, long revision, StateReader in) {
    return new ExpectationEntry(
        key,
        epoch,
        revision,
        node(in),
        in.text(),
        in.count(Integer.MAX_VALUE),
        in.count(Integer.MAX_VALUE),
        in.position(),
        Octets.of(in.octets(in.count(MAX_CONTEXT_BYTES))));
  }

  private static NodeEntry node(NodeKey key, long revision, StateReader in) {
    return new NodeEntry(
        new NodeId(address(in), key.incarnation()),
        revision,
        in.text(),
        in.text(),
        in.int64(),
        LEASES.get(in.count(LEASES.size() - 1)),
        in.count(Integer.MAX_VALUE),
        in.position(),
        in.position());
  }

  private static NodeId node(StateReader in) {
    return new NodeId(address(in), new UUID(in.int64(), in.int64()));
  }

  private static NodeAddress address(StateReader in) {
    return new NodeAddress(in.int64(), in.int64(), in.count(MAX_PORT));
  }

  private static void skipOptionalFields(StateReader in) {
    while (in.remaining() > 0) {
      in.octet();
      in.field();
    }
  }

  // ---- which one counts

  /**
   * Compares what two nodes have of one key: positive if {@code one} counts, negative if {@code
   * other} does. The higher epoch counts, then the higher revision; octets that are no entry count
   * less than others. If these are equal, the order is arbitrary, but the same on all nodes.
   */
  public static int compare(byte[] one, byte[] other) {
    Precedence first = Precedence.of(one);
    Precedence second = Precedence.of(other);
    int order = Long.compare(first.epoch, second.epoch);
    order = order != 0 ? order : Long.compare(first.revision, second.revision);
    return order != 0 ? order : Arrays.compareUnsigned(one, other);
  }

  private record Precedence(long epoch, long revision) {
    static Precedence of(byte[] octets) {
      try {
        StateReader in = new StateReader(octets, 0, octets.length);
        in.octet();
        return new Precedence(in.position(), in.position());
      } catch (MalformedState e) {
        return new Precedence(-1, -1);
      }
    }
  }
}
