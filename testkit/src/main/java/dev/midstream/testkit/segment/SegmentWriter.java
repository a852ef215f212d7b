package dev.midstream.testkit.segment;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Writes the segments of one endpoint as Ethernet frames, with right checksums. Their DSCP and flow
 * label follow from its initial sequence number, so that the ends of a connection differ in them.
 */
public final class SegmentWriter {
  private static final int LINK_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int TCP_BYTES = 20;
  private static final int TCP = 6;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int DSCP_BITS = 0xfc;
  private static final int FLOW_BITS = 0xfffff;
  private static final int MAX_HEADER_BYTES = LINK_BYTES + 2 * TAG_BYTES + 40;

  private final boolean ipv4;
  private final int ports;
  private final int trafficClass;
  private final int flowLabel;
  private final MemorySegment headers;
  private final int ipAt;
  private final int tcpAt;
  private int identification = 1;
  private int hopLimit = 64;
  private int ecn;
  private int urgentPointer;

  /** Writes what the sender of {@code direction} sends. */
  public SegmentWriter(Ends ends, Direction direction) {
    ipv4 = ends.ipVersion() == 4;
    trafficClass = ends.isn(direction) >>> 8 & DSCP_BITS;
    flowLabel = ends.isn(direction) >>> 4 & FLOW_BITS;
    ports = (ends.portOfSender(direction) << 16) | ends.portOfSender(direction.opposite());
    byte[] octets = new byte[MAX_HEADER_BYTES];
    ByteBuffer at = ByteBuffer.wrap(octets);
    putLink(at, ends, direction);
    ipAt = at.position();
    putIp(at, ends, direction);
    tcpAt = at.position();
    headers = MemorySegment.ofArray(octets);
  }

  private void putLink(ByteBuffer at, Ends ends, Direction direction) {
    at.put(Ends.macOfSender(direction.opposite()).toArray());
    at.put(Ends.macOfSender(direction).toArray());
    int outer = ends.vlanIds() >>> 12;
    if (outer != 0) {
      at.putShort((short) 0x88a8).putShort((short) outer);
    }
    if (ends.vlanIds() != 0) {
      at.putShort((short) 0x8100).putShort((short) (ends.vlanIds() & 0xfff));
    }
    at.putShort((short) (ipv4 ? 0x0800 : 0x86dd));
  }

  private void putIp(ByteBuffer at, Ends ends, Direction direction) {
    if (ipv4) {
      at.putShort((short) 0x4500).putInt(0).putShort((short) DONT_FRAGMENT);
      at.put((byte) 0).put((byte) TCP).putShort((short) 0);
    } else {
      at.putInt(0x60000000).putShort((short) 0).put((byte) TCP).put((byte) 0);
    }
    at.put(ends.addressOfSender(direction).toArray());
    at.put(ends.addressOfSender(direction.opposite()).toArray());
  }

  /** Sets the hop limit of all segments. */
  public void hopLimit(int limit) {
    hopLimit = limit;
  }

  /** Sets the two ECN bits of the next segment. */
  public void ecn(int bits) {
    ecn = bits;
  }

  /** Sets the urgent pointer of the next segment. */
  public void urgentPointer(int pointer) {
    urgentPointer = pointer;
  }

  /** The length of a frame with these options and this payload. */
  public int frameLength(OptionsWriter options, int payloadLength) {
    return tcpAt + TCP_BYTES + options.length() + payloadLength;
  }

  /**
   * Writes a frame at the start of {@code frame}.
   *
   * @param flags the control bits
   * @param window the window field
   * @param payload the memory that contains the payload, {@code length} octets at {@code offset}
   */
  public void write(
      MemorySegment frame,
      int flags,
      int sequence,
      int acknowledgement,
      int window,
      OptionsWriter options,
      MemorySegment payload,
      long offset,
      int length) {
    int headerBytes = TCP_BYTES + options.length();
    MemorySegment.copy(headers, 0, frame, 0, tcpAt);
    BigEndian.putFour(frame, tcpAt, ports);
    BigEndian.putFour(frame, tcpAt + 4L, sequence);
    BigEndian.putFour(frame, tcpAt + 8L, acknowledgement);
    BigEndian.putTwo(frame, tcpAt + 12L, ((headerBytes / 4) << 12) | flags);
    BigEndian.putTwo(frame, tcpAt + 14L, window);
    BigEndian.putFour(frame, tcpAt + 16L, urgentPointer);
    MemorySegment.copy(options.octets(), 0, frame, tcpAt + TCP_BYTES, options.length());
    MemorySegment.copy(payload, offset, frame, tcpAt + headerBytes, length);
    completeIp(frame, headerBytes + length);
    completeTcp(frame, headerBytes + length);
    ecn = 0;
    urgentPointer = 0;
  }

  private void completeIp(MemorySegment frame, int segmentBytes) {
    if (!ipv4) {
      BigEndian.putFour(frame, ipAt, 0x60000000 | (trafficClass | ecn) << 20 | flowLabel);
      BigEndian.putTwo(frame, ipAt + 4L, segmentBytes);
      BigEndian.putOne(frame, ipAt + 7L, hopLimit);
      return;
    }
    BigEndian.putOne(frame, ipAt + 1L, trafficClass | ecn);
    BigEndian.putOne(frame, ipAt + 8L, hopLimit);
    int headerBytes = tcpAt - ipAt;
    BigEndian.putTwo(frame, ipAt + 2L, headerBytes + segmentBytes);
    BigEndian.putTwo(frame, ipAt + 4L, identification++);
    long sum = OnesComplement.sum(frame, ipAt, headerBytes);
    BigEndian.putTwo(frame, ipAt + 10L, OnesComplement.complement(sum));
  }

  private void completeTcp(MemorySegment frame, int segmentBytes) {
    int addressBytes = ipv4 ? 8 : 32;
    long sum =
        OnesComplement.sum(frame, tcpAt - addressBytes, addressBytes)
            + TCP
            + segmentBytes
            + OnesComplement.sum(frame, tcpAt, segmentBytes);
    BigEndian.putTwo(frame, tcpAt + 16L, OnesComplement.complement(sum));
  }
}
