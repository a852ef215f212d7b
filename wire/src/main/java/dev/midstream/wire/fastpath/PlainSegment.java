package dev.midstream.wire.fastpath;

import static dev.midstream.wire.header.NetworkOrder.eightOctets;
import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/** A segment as the kernel's program reads it: only if its headers are plain. Reusable. */
public final class PlainSegment {
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int TCP_BYTES = 20;
  private static final int MAX_OPTION_BYTES = 40;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int TYPE_VLAN = 0x8100;
  private static final int VLAN_ID = 0xfff;
  private static final int PLAIN_IPV4 = 0x45;
  private static final int FRAGMENT = 0x3fff;
  private static final int PROTOCOL_TCP = 6;
  private static final int CHECKSUM_AT = 16;
  private static final int NO_OPERATION = 1;
  private static final int SACK = 5;
  private static final int TIMESTAMPS = 8;
  private static final int TIMESTAMPS_BYTES = 10;

  /**
   * So many octets before or beyond the end of what passed a segment begins at most; so far from
   * what was acknowledged it acknowledges at most.
   */
  private static final int REACH = 1 << 24;

  private static final long LOW = 0xffff_ffffL;
  private static final int CHECKED_FLAGS =
      TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST | TcpFlags.URG | TcpFlags.ACK;

  private Packet packet = new Packet();
  private MemorySegment memory = MemorySegment.NULL;
  private long ipAt;
  private long tcpAt;
  private boolean isTagged;
  private int vlanId;
  private int version;
  private int length;
  private int optionBytes;
  private long timestampsAt;
  private long sackAt;
  private int sackBytes;

  /** Reads the headers up to the options; false if they are not plain. */
  public boolean read(Packet read) {
    packet = read;
    memory = read.memory();
    isTagged = false;
    timestampsAt = 0;
    sackAt = 0;
    sackBytes = 0;
    return read.linkType() == LinkType.ETHERNET && readLink() && readTcp();
  }

  private boolean hasOctets(long from, int bytes) {
    return from - packet.offset() + bytes <= packet.length();
  }

  private boolean readLink() {
    ipAt = packet.offset() + ETHERNET_BYTES;
    if (!hasOctets(packet.offset(), ETHERNET_BYTES)) {
      return false;
    }
    int type = twoOctets(memory, ipAt - 2);
    if (type == TYPE_VLAN && hasOctets(ipAt, TAG_BYTES)) {
      isTagged = true;
      vlanId = twoOctets(memory, ipAt) & VLAN_ID;
      ipAt += TAG_BYTES;
      type = twoOctets(memory, ipAt - 2);
    }
    return switch (type) {
      case TYPE_IPV4 -> readIpv4();
      case TYPE_IPV6 -> readIpv6();
      default -> false;
    };
  }

  private boolean readIpv4() {
    if (!hasOctets(ipAt, IPV4_BYTES)
        || octet(memory, ipAt) != PLAIN_IPV4
        || octet(memory, ipAt + 9) != PROTOCOL_TCP
        || (twoOctets(memory, ipAt + 6) & FRAGMENT) != 0) {
      return false;
    }
    version = 4;
    length = twoOctets(memory, ipAt + 2) - IPV4_BYTES;
    tcpAt = ipAt + IPV4_BYTES;
    return true;
  }

  private boolean readIpv6() {
    if (!hasOctets(ipAt, IPV6_BYTES)
        || octet(memory, ipAt) >> 4 != 6
        || octet(memory, ipAt + 6) != PROTOCOL_TCP) {
      return false;
    }
    version = 6;
    length = twoOctets(memory, ipAt + 4);
    tcpAt = ipAt + IPV6_BYTES;
    return true;
  }

  private boolean readTcp() {
    long present = (long) packet.length() + packet.missingBytes();
    if (length < TCP_BYTES
        || tcpAt - packet.offset() + length > present
        || !hasOctets(tcpAt, TCP_BYTES)) {
      return false;
    }
    int header = (octet(memory, tcpAt + 12) >> 4) * 4;
    optionBytes = header - TCP_BYTES;
    return header >= TCP_BYTES && header <= length;
  }

  /** Sets the key of the direction of this segment. */
  FlowKey keyTo(FlowKey key) {
    key.begin(version, isTagged ? vlanId : 0);
    int from = twoOctets(memory, tcpAt);
    int to = twoOctets(memory, tcpAt + 2);
    if (version == 4) {
      return key.source(0, fourOctets(memory, ipAt + 12) & LOW, from)
          .destination(0, fourOctets(memory, ipAt + 16) & LOW, to);
    }
    return key.source(eightOctets(memory, ipAt + 8), eightOctets(memory, ipAt + 16), from)
        .destination(eightOctets(memory, ipAt + 24), eightOctets(memory, ipAt + 32), to);
  }

  /** Reads the options; false if they are not plain. */
  boolean readOptions() {
    long at = tcpAt + TCP_BYTES;
    long end = at + optionBytes;
    if (!hasOctets(at, optionBytes) || optionBytes > MAX_OPTION_BYTES) {
      return false;
    }
    while (at < end && octet(memory, at) != 0) {
      int kind = octet(memory, at);
      int bytes = kind == NO_OPERATION ? 1 : at + 1 < end ? octet(memory, at + 1) : 0;
      if (bytes == 0
          || (bytes == 1 && kind != NO_OPERATION)
          || at + bytes > end
          || !readOption(kind, at, bytes)) {
        return false;
      }
      at += bytes;
    }
    return true;
  }

  private boolean readOption(int kind, long at, int bytes) {
    if (kind == TIMESTAMPS) {
      boolean isPlain = bytes == TIMESTAMPS_BYTES && timestampsAt == 0;
      timestampsAt = at + 2;
      return isPlain;
    }
    if (kind == SACK) {
      boolean isPlain = bytes > 2 && bytes % 8 == 2 && sackAt == 0;
      sackAt = at + 2;
      sackBytes = bytes - 2;
      return isPlain;
    }
    return true;
  }

  /**
   * Why the segment, which was read, is not forwarded as {@code entry} says, which is that of its
   * direction; {@link RecallReason#NONE} if it is.
   */
  public RecallReason whyNot(FlowEntry entry) {
    if (!readOptions()) {
      return RecallReason.HEADERS;
    }
    if ((flags() & CHECKED_FLAGS) != TcpFlags.ACK) {
      return RecallReason.CONTROL_BITS;
    }
    if (entry.hasStart()
        && (isFar(sequence(), entry.end())
            || isFar(acknowledgement(), entry.acknowledgement())
            || isBefore(acknowledgement(), entry.acknowledgedFrom()))) {
      return RecallReason.BEFORE_START;
    }
    if (payloadBytes() > 0) {
      if (entry.hasStart() && isBefore(sequence(), entry.from())) {
        return RecallReason.BEFORE_START;
      }
      if (entry.hasEdge() && isBefore(entry.edge(), sequence() + payloadBytes())) {
        return RecallReason.BEYOND_EDGE;
      }
    }
    return entry.hasStart() && isReportedBefore(entry.acknowledgedFrom())
        ? RecallReason.BEFORE_START
        : RecallReason.NONE;
  }

  /**
   * Whether a number is so far from the newest one that the segment may be made up: the engine
   * judges it.
   */
  private static boolean isFar(int number, int newest) {
    return Integer.compareUnsigned(number - newest + REACH, 2 * REACH) > 0;
  }

  private boolean isReportedBefore(int acknowledgedFrom) {
    for (int i = 0; i < sackBlocks(); i++) {
      if (isBefore(sackStart(i), acknowledgedFrom)) {
        return true;
      }
    }
    return false;
  }

  static boolean isBefore(int one, int other) {
    return one - other < 0;
  }

  int sequence() {
    return fourOctets(memory, tcpAt + 4);
  }

  int acknowledgement() {
    return fourOctets(memory, tcpAt + 8);
  }

  int flags() {
    return octet(memory, tcpAt + 13);
  }

  int windowField() {
    return twoOctets(memory, tcpAt + 14);
  }

  int payloadBytes() {
    return length - TCP_BYTES - optionBytes;
  }

  boolean hasTimestamps() {
    return timestampsAt != 0;
  }

  int timestamp() {
    return fourOctets(memory, timestampsAt);
  }

  int timestampEcho() {
    return fourOctets(memory, timestampsAt + 4);
  }

  /** Notes the addresses on the link in {@code entry}. */
  void noteLink(FlowEntry entry) {
    entry.link().copyFrom(memory.asSlice(packet.offset(), FlowEntry.LINK_BYTES));
  }

  int sackBlocks() {
    return sackBytes / 8;
  }

  int sackStart(int block) {
    return fourOctets(memory, sackAt + 8L * block);
  }

  /** Adds to the sequence number, and to the acknowledgement number and the SACK blocks. */
  void shift(int sequenceShift, int acknowledgementShift) {
    long change = add(tcpAt + 4, sequenceShift) + add(tcpAt + 8, acknowledgementShift);
    for (int i = 0; i < sackBytes; i += 4) {
      change += add(sackAt + i, acknowledgementShift);
    }
    if (packet.checksumState() == ChecksumState.COMPLETE) {
      int checksum = twoOctets(memory, tcpAt + CHECKSUM_AT);
      putTwoOctets(memory, tcpAt + CHECKSUM_AT, InternetChecksum.update(checksum, change));
    }
  }

  /** Returns the change of the checksum's sum; a number at an odd place counts swapped. */
  private long add(long at, int more) {
    int before = fourOctets(memory, at);
    putFourOctets(memory, at, before + more);
    long change = InternetChecksum.change(before, before + more);
    boolean isOdd = (at - tcpAt) % 2 != 0;
    return isOdd ? InternetChecksum.swap(InternetChecksum.fold(change)) : change;
  }
}
