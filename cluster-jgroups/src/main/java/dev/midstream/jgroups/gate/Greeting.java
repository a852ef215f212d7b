package dev.midstream.jgroups.gate;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The first octets of each connection, after the handshake of TLS: which life of which node speaks,
 * and what it wants.
 *
 * <pre>
 *   octet   version
 *   octet   purpose
 *   text    cluster     each text: an octet with its length, and so many octets of UTF-8
 *   text    node
 *   24 octets address   the two halves of the IPv6 address, and the port as a number of 64 bits
 *   16 octets incarnation
 *   8 octets  version of the configuration
 *   2 octets, and so many more, which this version skips
 * </pre>
 *
 * @param cluster the name of the cluster, 1 to 255 octets
 * @param node the name of the node, which its certificate must have, 1 to 255 octets
 * @param configuration the version of the node's configuration
 */
@SuppressWarnings("EnumOrdinal") // the order of purposes is part of the version
public record Greeting(
    Purpose purpose, String cluster, String node, NodeId life, long configuration) {
  /** The version of the octets. */
  public static final int VERSION = 1;

  private static final int MAX_PORT = 65_535;

  /** What the one that connects wants. */
  public enum Purpose {
    /** To carry messages. */
    GROUP,
    /** To know which life answers. */
    WATCH
  }

  /** A greeting of another version. */
  static final class OtherVersionException extends IOException {
    private static final long serialVersionUID = 1;

    private final int version;

    OtherVersionException(int version) {
      super("version=" + version);
      this.version = version;
    }

    int version() {
      return version;
    }
  }

  /** The octets of this greeting, with another purpose. */
  byte[] octets(Purpose other) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(octets);
    out.writeByte(VERSION);
    out.writeByte(other.ordinal());
    writeText(cluster, out);
    writeText(node, out);
    out.writeLong(life.address().high());
    out.writeLong(life.address().low());
    out.writeLong(life.address().port());
    out.writeLong(life.incarnation().getMostSignificantBits());
    out.writeLong(life.incarnation().getLeastSignificantBits());
    out.writeLong(configuration);
    out.writeShort(0);
    return octets.toByteArray();
  }

  private static void writeText(String text, DataOutputStream out) throws IOException {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    if (octets.length > 0xff) {
      throw new IOException("name is too long: " + text);
    }
    out.writeByte(octets.length);
    out.write(octets);
  }

  /**
   * Reads a greeting; no octet beyond it.
   *
   * @throws IOException if it is cut short, malformed or of another version
   */
  static Greeting readFrom(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw new OtherVersionException(version);
    }
    int purpose = in.readUnsignedByte();
    if (purpose >= Purpose.values().length) {
      throw new IOException("unknown purpose: " + purpose);
    }
    String cluster = readText(in);
    String node = readText(in);
    long high = in.readLong();
    long low = in.readLong();
    long port = in.readLong();
    if (port < 1 || port > MAX_PORT) {
      throw new IOException("no port: " + port);
    }
    UUID incarnation = new UUID(in.readLong(), in.readLong());
    long configuration = in.readLong();
    in.skipNBytes(in.readUnsignedShort());
    return new Greeting(
        Purpose.values()[purpose],
        cluster,
        node,
        new NodeId(new NodeAddress(high, low, (int) port), incarnation),
        configuration);
  }

  private static String readText(DataInputStream in) throws IOException {
    byte[] octets = new byte[in.readUnsignedByte()];
    in.readFully(octets);
    return new String(octets, StandardCharsets.UTF_8);
  }
}
