package dev.midstream.reassembly.flow;

import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.IcmpView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;

/**
 * Key of a connection: VLAN ids, addresses and ports, equal for both directions. It is reused, so
 * that a look-up allocates nothing.
 */
public final class ConnectionKey {
  /** Orders keys of any direction by their ends. */
  public static final Comparator<ConnectionKey> BY_ENDS =
      Comparator.<ConnectionKey>comparingInt(key -> key.vlansAndVersion)
          .thenComparingLong(key -> key.lowAddressHigh)
          .thenComparingLong(key -> key.lowAddressLow)
          .thenComparingLong(key -> key.highAddressHigh)
          .thenComparingLong(key -> key.highAddressLow)
          .thenComparingInt(key -> key.ports);

  private static final long IPV4_MASK = 0xffff_ffffL;

  /* A key as octets: flags and VLAN ids as a number, then the addresses and the ports. */
  private static final int IPV6 = 1 << 1;
  private static final int IPV4_BYTES = 3 * Integer.BYTES;
  private static final int IPV6_BYTES = 4 * Long.BYTES + Integer.BYTES;
  private static final int NUMBER_BITS = 7;
  private static final int MAX_VLAN_ID = 0xfff;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /* The two ends are stored in a fixed order, low before high; sentByLow says which one sent. */
  private long lowAddressHigh;
  private long lowAddressLow;
  private long highAddressHigh;
  private long highAddressLow;
  private int ports;
  private int vlansAndVersion;
  private int hash;
  private boolean sentByLow;

  /** The VLAN ids of a segment, and the version of IP in the low four bits. */
  public static int network(FrameView view) {
    return view.vlanIds() << 4 | view.ipVersion();
  }

  /** The same of the segment that {@code error} quotes. */
  public static int network(IcmpView error) {
    return error.vlanIds() << 4 | error.ipVersion();
  }

  /** The same of this key. */
  public int network() {
    return vlansAndVersion;
  }

  /** Sets the key of the segment in {@code view}. */
  public ConnectionKey set(FrameView view, KeyedHash hashes) {
    vlansAndVersion = network(view);
    lowAddressHigh = view.sourceHigh();
    lowAddressLow = view.sourceLow();
    highAddressHigh = view.destinationHigh();
    highAddressLow = view.destinationLow();
    order(view.sourcePort(), view.destinationPort());
    hash = hash(hashes);
    return this;
  }

  /** Sets the key of the segment that {@code error} quotes. */
  ConnectionKey set(IcmpView error, KeyedHash hashes) {
    vlansAndVersion = network(error);
    lowAddressHigh = error.sourceHigh();
    lowAddressLow = error.sourceLow();
    highAddressHigh = error.destinationHigh();
    highAddressLow = error.destinationLow();
    order(error.sourcePort(), error.destinationPort());
    hash = hash(hashes);
    return this;
  }

  /** Sets the key of a segment; {@code ports} are that of its sender, then the other one. */
  ConnectionKey set(
      int network,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int ports,
      KeyedHash hashes) {
    vlansAndVersion = network;
    lowAddressHigh = sourceHigh;
    lowAddressLow = sourceLow;
    highAddressHigh = destinationHigh;
    highAddressLow = destinationLow;
    order(ports >>> 16, ports & 0xffff);
    hash = hash(hashes);
    return this;
  }

  /** An independent copy, for segments of the sender or of the other end. */
  ConnectionKey copy(boolean ofSender) {
    ConnectionKey copy = new ConnectionKey();
    copy.lowAddressHigh = lowAddressHigh;
    copy.lowAddressLow = lowAddressLow;
    copy.highAddressHigh = highAddressHigh;
    copy.highAddressLow = highAddressLow;
    copy.ports = ports;
    copy.vlansAndVersion = vlansAndVersion;
    copy.hash = hash;
    copy.sentByLow = sentByLow == ofSender;
    return copy;
  }

  /** Writes the ends: version, VLAN ids, the low end, the high end, and which one is the client. */
  public void write(StateWriter out) {
    out.number((long) vlanIds() << 2 | (ipVersion() == 4 ? 0 : IPV6) | (sentByLow ? 1 : 0));
    if (ipVersion() == 4) {
      out.int32((int) lowAddressLow);
      out.int32((int) highAddressLow);
    } else {
      out.int64(lowAddressHigh);
      out.int64(lowAddressLow);
      out.int64(highAddressHigh);
      out.int64(highAddressLow);
    }
    out.int32(ports);
  }

  /** Skips what {@link #write} wrote. */
  public static void skip(StateReader in) {
    boolean isIpv4 = (in.position() & IPV6) == 0;
    in.skip(isIpv4 ? IPV4_BYTES : IPV6_BYTES);
  }

  /**
   * Whether {@code octets} from {@code offset} on, which {@link #write} wrote, are the same ends,
   * whichever of them is the client. Computes no hash.
   */
  public boolean isAt(byte[] octets, int offset) {
    int at = offset;
    int first = octets[at] & 0x7f;
    for (int shift = NUMBER_BITS; octets[at++] < 0; shift += NUMBER_BITS) {
      first |= (octets[at] & 0x7f) << shift;
    }
    boolean isIpv4 = (first & IPV6) == 0;
    if (vlansAndVersion != (first >>> 2 << 4 | (isIpv4 ? 4 : 6))) {
      return false;
    }
    return isIpv4
        ? (int) INT.get(octets, at) == (int) lowAddressLow
            && (int) INT.get(octets, at + 4) == (int) highAddressLow
            && (int) INT.get(octets, at + 8) == ports
        : (long) LONG.get(octets, at) == lowAddressHigh
            && (long) LONG.get(octets, at + 8) == lowAddressLow
            && (long) LONG.get(octets, at + 16) == highAddressHigh
            && (long) LONG.get(octets, at + 24) == highAddressLow
            && (int) INT.get(octets, at + 32) == ports;
  }

  /** Sets what {@link #write} wrote. */
  public ConnectionKey read(StateReader in, KeyedHash hashes) {
    long first = in.position();
    boolean isIpv4 = (first & IPV6) == 0;
    vlansAndVersion = (int) (first >>> 2) << 4 | (isIpv4 ? 4 : 6);
    sentByLow = (first & 1) != 0;
    lowAddressHigh = isIpv4 ? 0 : in.int64();
    lowAddressLow = isIpv4 ? in.int32() & IPV4_MASK : in.int64();
    highAddressHigh = isIpv4 ? 0 : in.int64();
    highAddressLow = isIpv4 ? in.int32() & IPV4_MASK : in.int64();
    ports = in.int32();
    hash = hash(hashes);
    return this;
  }

  /**
   * Sets {@code to} to the key of the fast path for the segments that the sender of this one sends,
   * or for those of the other end.
   */
  public FlowKey flowKey(FlowKey to, boolean ofSender) {
    boolean isLow = sentByLow == ofSender;
    return to.begin(ipVersion(), vlanIds())
        .source(addressHigh(isLow), addressLow(isLow), port(isLow))
        .destination(addressHigh(!isLow), addressLow(!isLow), port(!isLow));
  }

  /** Whether the segments have at most one VLAN tag. */
  public boolean hasOneTagAtMost() {
    return vlanIds() <= MAX_VLAN_ID;
  }

  boolean isSame(ConnectionKey other) {
    return lowAddressLow == other.lowAddressLow
        && highAddressLow == other.highAddressLow
        && ports == other.ports
        && vlansAndVersion == other.vlansAndVersion
        && lowAddressHigh == other.lowAddressHigh
        && highAddressHigh == other.highAddressHigh;
  }

  int ipVersion() {
    return vlansAndVersion & 0xf;
  }

  /** The VLAN ids as {@link FrameView#vlanIds} has them. */
  public int vlanIds() {
    return vlansAndVersion >>> 4;
  }

  /** The high half of the address of the low end or the other one; 0 with IPv4. */
  public long addressHigh(boolean ofLow) {
    return ofLow ? lowAddressHigh : highAddressHigh;
  }

  /** The low half of the address of the low end or the other one. */
  public long addressLow(boolean ofLow) {
    return ofLow ? lowAddressLow : highAddressLow;
  }

  /** The port of the low end or the other one. */
  public int port(boolean ofLow) {
    return ofLow ? ports >>> 16 : ports & 0xffff;
  }

  /** Both ends as text, the sender first: {@code 10.0.0.1:40000 > 10.0.0.2:80}. */
  String name() {
    return name(true);
  }

  /** Both ends as text, the client first. */
  public String name(boolean isSenderClient) {
    boolean isClientLow = sentByLow == isSenderClient;
    return endpoint(isClientLow) + " > " + endpoint(!isClientLow);
  }

  /** Never 0. */
  public int hash() {
    return hash;
  }

  /** Whether the low end sent the segment of this key. */
  public boolean isSentByLow() {
    return sentByLow;
  }

  /** Puts the two ends in order. On entry the source is stored as the low end. */
  private void order(int sourcePort, int destinationPort) {
    sentByLow = isSourceLow(sourcePort, destinationPort);
    if (sentByLow) {
      ports = sourcePort << 16 | destinationPort;
    } else {
      ports = destinationPort << 16 | sourcePort;
      long high = lowAddressHigh;
      long low = lowAddressLow;
      lowAddressHigh = highAddressHigh;
      lowAddressLow = highAddressLow;
      highAddressHigh = high;
      highAddressLow = low;
    }
  }

  private boolean isSourceLow(int sourcePort, int destinationPort) {
    int order = Long.compareUnsigned(lowAddressLow, highAddressLow);
    if (order == 0) {
      order = Long.compareUnsigned(lowAddressHigh, highAddressHigh);
    }
    return order == 0 ? sourcePort <= destinationPort : order < 0;
  }

  /** Hashes only the low halves of IPv4 addresses; the high halves are constant. */
  private int hash(KeyedHash hashes) {
    long rest = (long) ports << 32 | vlansAndVersion;
    int any =
        ipVersion() == 4
            ? hashes.of(lowAddressLow << 32 | (highAddressLow & 0xffff_ffffL), rest)
            : hashes.of(lowAddressLow, highAddressLow, lowAddressHigh, highAddressHigh, rest);
    return any == 0 ? 1 : any;
  }

  /** The low end or the other one. */
  public Endpoint endpoint(boolean ofLow) {
    byte[] address;
    if (ipVersion() == 4) {
      address = ByteBuffer.allocate(Integer.BYTES).putInt((int) addressLow(ofLow)).array();
    } else {
      ByteBuffer octets = ByteBuffer.allocate(2 * Long.BYTES);
      address = octets.putLong(addressHigh(ofLow)).putLong(addressLow(ofLow)).array();
    }
    return new Endpoint(Octets.of(address), port(ofLow));
  }
}
