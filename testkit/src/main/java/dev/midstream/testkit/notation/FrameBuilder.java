package dev.midstream.testkit.notation;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.header.TcpFlags;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Builds Ethernet frames that carry one TCP segment of one direction of a connection. Reusable;
 * every field keeps its value until it is set again. Sequence numbers are those on the wire, except
 * in {@link #numbers}.
 */
public final class FrameBuilder {
  private static final int MAC_BYTES = 6;
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;
  private static final int VLAN_BITS = 12;
  private static final int TCP_BYTES = 20;
  private static final int TCP = 6;

  private final Ends ends;
  private final Octets source;
  private final Octets destination;
  private final Direction direction;
  private int flags = TcpFlags.ACK;
  private int sequence;
  private int acknowledgement;
  private int window = 65_535;
  private int urgentPointer;
  private int hopLimit = 64;
  private int trafficClass;
  private int identification = 1;
  private boolean fragmentable;
  private byte[] options = {};
  private Octets payload = Octets.empty();
  private boolean badChecksum;
  private boolean halfChecksum;
  private int paddingBytes;

  /** A builder for segments from the sender of {@code direction}. */
  public FrameBuilder(Ends ends, Direction direction) {
    this.ends = ends;
    this.direction = direction;
    source = ends.addressOfSender(direction);
    destination = ends.addressOfSender(direction.opposite());
  }

  public FrameBuilder flags(int flags) {
    this.flags = flags;
    return this;
  }

  public FrameBuilder sequence(int sequence) {
    this.sequence = sequence;
    return this;
  }

  public FrameBuilder acknowledgement(int acknowledgement) {
    this.acknowledgement = acknowledgement;
    return this;
  }

  /**
   * Sets both numbers as scripts count them: from the initial sequence number of their end.
   *
   * @param sequence 0 for the SYN, 1 for the first octet
   * @param acknowledgement 1 for the first octet of the other end
   */
  public FrameBuilder numbers(long sequence, long acknowledgement) {
    this.sequence = (int) (ends.isn(direction) + sequence);
    this.acknowledgement = (int) (ends.isn(direction.opposite()) + acknowledgement);
    return this;
  }

  public FrameBuilder window(int field) {
    window = field;
    return this;
  }

  public FrameBuilder urgentPointer(int pointer) {
    urgentPointer = pointer;
    return this;
  }

  public FrameBuilder hopLimit(int hopLimit) {
    this.hopLimit = hopLimit;
    return this;
  }

  /** Sets the traffic class, or over IPv4 the type of service: DSCP and ECN. */
  public FrameBuilder trafficClass(int octet) {
    trafficClass = octet;
    return this;
  }

  /** Sets the identification of the next IPv4 frame; each later frame increments it. */
  public FrameBuilder identification(int identification) {
    this.identification = identification;
    return this;
  }

  /** Clears or sets the DF flag of IPv4 frames. */
  public FrameBuilder fragmentable(boolean may) {
    fragmentable = may;
    return this;
  }

  /**
   * Sets the options in script notation, such as {@code mss 1460,sackOK}. SACK edges count from the
   * other endpoint's initial sequence number.
   */
  public FrameBuilder options(String notation) {
    options =
        notation.isBlank()
            ? new byte[0]
            : OptionNotation.encode(notation, ends.isn(direction.opposite()));
    return this;
  }

  public FrameBuilder payload(Octets payload) {
    this.payload = payload;
    return this;
  }

  /** Makes the TCP checksum wrong or right. */
  public FrameBuilder badChecksum(boolean bad) {
    badChecksum = bad;
    return this;
  }

  /** Leaves the TCP checksum as a host does whose hardware completes it: the pseudo header only. */
  public FrameBuilder halfChecksum(boolean half) {
    halfChecksum = half;
    return this;
  }

  /** Adds octets after the IP packet. */
  public FrameBuilder padding(int bytes) {
    paddingBytes = bytes;
    return this;
  }

  /** Builds the frame in a new array. */
  public byte[] build() {
    int segmentBytes = TCP_BYTES + options.length + payload.length();
    int ipBytes = ends.ipVersion() == 4 ? 20 : 40;
    int linkBytes = 2 * MAC_BYTES + 2 + 4 * tags();
    byte[] frame = new byte[linkBytes + ipBytes + segmentBytes + paddingBytes];
    ByteBuffer at = ByteBuffer.wrap(frame);
    putLink(at);
    if (ends.ipVersion() == 4) {
      putIpv4(at, frame, segmentBytes);
    } else {
      at.putInt(0x60000000 | trafficClass << 20).putShort((short) segmentBytes);
      at.put((byte) TCP).put((byte) hopLimit);
      at.put(source.toArray()).put(destination.toArray());
    }
    putTcp(at, frame, segmentBytes);
    return frame;
  }

  private int tags() {
    return ends.vlanIds() == 0 ? 0 : ends.vlanIds() >>> VLAN_BITS == 0 ? 1 : 2;
  }

  private void putLink(ByteBuffer at) {
    at.put(Ends.macOfSender(direction.opposite()).toArray());
    at.put(Ends.macOfSender(direction).toArray());
    if (tags() == 2) {
      at.putShort((short) SERVICE_VLAN).putShort((short) (ends.vlanIds() >>> VLAN_BITS));
    }
    if (tags() > 0) {
      at.putShort((short) VLAN).putShort((short) (ends.vlanIds() & 0xfff));
    }
    at.putShort((short) (ends.ipVersion() == 4 ? 0x0800 : 0x86dd));
  }

  private void putIpv4(ByteBuffer at, byte[] frame, int segmentBytes) {
    int ipAt = at.position();
    at.putShort((short) (0x4500 | trafficClass)).putShort((short) (20 + segmentBytes));
    at.putShort((short) identification++).putShort((short) (fragmentable ? 0 : 0x4000));
    at.put((byte) hopLimit).put((byte) TCP).putShort((short) 0);
    at.put(source.toArray()).put(destination.toArray());
    long sum = InternetChecksum.sum(MemorySegment.ofArray(frame), ipAt, 20);
    at.putShort(ipAt + 10, (short) InternetChecksum.checksum(sum));
  }

  private void putTcp(ByteBuffer at, byte[] frame, int segmentBytes) {
    int tcpAt = at.position();
    at.putShort((short) ends.portOfSender(direction));
    at.putShort((short) ends.portOfSender(direction.opposite()));
    at.putInt(sequence).putInt(acknowledgement);
    at.putShort((short) ((((TCP_BYTES + options.length) / 4) << 12) | flags));
    at.putShort((short) window).putShort((short) 0).putShort((short) urgentPointer);
    at.put(options).put(payload.toArray());
    long sum = InternetChecksum.sum(MemorySegment.ofArray(frame), tcpAt, segmentBytes);
    long pseudo = pseudoSum(segmentBytes);
    int right = InternetChecksum.checksum(sum + pseudo);
    int checksum = halfChecksum ? InternetChecksum.fold(pseudo) : right;
    at.putShort(tcpAt + 16, (short) (badChecksum ? checksum ^ 0x5555 : checksum));
  }

  private long pseudoSum(int segmentBytes) {
    byte[] addresses = new byte[2 * source.length()];
    ByteBuffer.wrap(addresses).put(source.toArray()).put(destination.toArray());
    return InternetChecksum.sum(MemorySegment.ofArray(addresses), 0, addresses.length)
        + segmentBytes
        + TCP;
  }
}
