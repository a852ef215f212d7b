package dev.midstream.tables.entry;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import dev.midstream.tables.entry.TableKey.NodeKey;
import java.util.UUID;

/**
 * The octets of keys. They have no version: another layout would be another key. The key of a
 * connection begins with its bucket, two octets.
 */
public final class KeyCodec {
  /** The highest bucket. */
  public static final int MAX_BUCKET = 4_095;

  private static final int IPV4 = 4;
  private static final int IPV6 = 6;
  private static final int MAX_PORT = 65_535;

  private KeyCodec() {}

  /** The octets of a key. */
  public static byte[] octets(TableKey key) {
    StateWriter out = new StateWriter();
    switch (key) {
      case ConnectionKey connection -> write(connection, out);
      case ExpectationKey expectation -> {
        write(expectation.parent(), out);
        out.flags(expectation.clientOpens());
        write(expectation.to(), out);
      }
      case NodeKey node -> {
        out.int64(node.incarnation().getMostSignificantBits());
        out.int64(node.incarnation().getLeastSignificantBits());
      }
    }
    return out.toOctets();
  }

  private static void write(ConnectionKey key, StateWriter out) {
    writeBucket(key.bucket(), out);
    out.number(key.vlanIds());
    write(key.client(), out);
    write(key.server(), out);
  }

  private static void writeBucket(int bucket, StateWriter out) {
    out.octet(bucket >>> Byte.SIZE);
    out.octet(bucket);
  }

  private static void write(Endpoint end, StateWriter out) {
    out.octet(end.isIpv6() ? IPV6 : IPV4);
    if (end.isIpv6()) {
      out.int64(end.high());
      out.int64(end.low());
    } else {
      out.int32((int) end.low());
    }
    out.number(end.port());
  }

  /**
   * Reads a key of a table.
   *
   * @throws MalformedState if the octets are no such key
   */
  public static TableKey read(Table table, byte[] octets) {
    StateReader in = new StateReader(octets, 0, octets.length);
    TableKey key =
        switch (table) {
          case CONNECTIONS -> connection(in);
          case EXPECTATIONS -> new ExpectationKey(connection(in), in.count(1) == 1, end(in));
          case NODES -> new NodeKey(new UUID(in.int64(), in.int64()));
        };
    if (in.remaining() > 0) {
      throw new MalformedState("a key is too long: table=" + table + " left=" + in.remaining());
    }
    return key;
  }

  /** The bucket of a connection's key, without reading the rest; 0 if the octets are too few. */
  public static int bucketOf(byte[] key) {
    return key.length < 2 ? 0 : (((key[0] & 0xff) << Byte.SIZE) | (key[1] & 0xff)) & MAX_BUCKET;
  }

  private static ConnectionKey connection(StateReader in) {
    return new ConnectionKey(bucket(in), in.count(Integer.MAX_VALUE), end(in), end(in));
  }

  private static int bucket(StateReader in) {
    int bucket = in.octet() << Byte.SIZE | in.octet();
    if (bucket > MAX_BUCKET) {
      throw new MalformedState("no bucket: " + bucket);
    }
    return bucket;
  }

  private static Endpoint end(StateReader in) {
    int family = in.octet();
    return switch (family) {
      case IPV4 -> Endpoint.ofIpv4(in.int32(), in.count(MAX_PORT));
      case IPV6 -> Endpoint.ofIpv6(in.int64(), in.int64(), in.count(MAX_PORT));
      default -> throw new MalformedState("no address: family=" + family);
    };
  }
}
