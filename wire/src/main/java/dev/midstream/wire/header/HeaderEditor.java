package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.checksum.InternetChecksum;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Edits header fields of a segment in place and updates its checksums incrementally (RFC 1624): a
 * right checksum stays right, a wrong one stays wrong, and the payload is not read. Lengths never
 * change. Reusable, not thread-safe: {@link #edit}, then any edits, then {@link #done}.
 *
 * <p>A partial TCP checksum covers only the pseudo header (RFC 9293), none of these fields, and is
 * not updated.
 */
public final class HeaderEditor {
  private static final int SEQUENCE = 4;
  private static final int ACKNOWLEDGEMENT = 8;
  private static final int FLAGS = 12;
  private static final int WINDOW = 14;
  private static final int CHECKSUM = 16;
  private static final int URGENT_POINTER = 18;
  private static final int OPTIONS = 20;
  private static final int IPV4_HOP_LIMIT = 8;
  private static final int IPV4_CHECKSUM = 10;
  private static final int IPV6_HOP_LIMIT = 7;

  private FrameView view = new FrameView();
  private MemorySegment memory = MemorySegment.NULL;
  private long tcpAt;
  private long change;

  /** Starts with the segment that {@code view} has read as {@link FrameKind#TCP}. */
  public HeaderEditor edit(FrameView view) {
    this.view = view;
    memory = view.packet().memory();
    tcpAt = view.tcpAt();
    change = 0;
    return this;
  }

  public HeaderEditor sequence(int sequence) {
    int before = view.sequence();
    if (before == sequence) {
      return this;
    }
    view.sequence(sequence);
    putFourOctets(memory, tcpAt + SEQUENCE, sequence);
    return addChange(SEQUENCE, before, sequence);
  }

  public HeaderEditor acknowledgement(int acknowledgement) {
    int before = view.acknowledgement();
    if (before == acknowledgement) {
      return this;
    }
    view.acknowledgement(acknowledgement);
    putFourOctets(memory, tcpAt + ACKNOWLEDGEMENT, acknowledgement);
    return addChange(ACKNOWLEDGEMENT, before, acknowledgement);
  }

  /** Sets the window field, 0 to 65,535, not scaled. */
  public HeaderEditor window(int field) {
    int before = view.windowField();
    int after = field & 0xffff;
    if (before == after) {
      return this;
    }
    view.windowField(after);
    putTwoOctets(memory, tcpAt + WINDOW, after);
    return addChange(WINDOW, before, after);
  }

  /** Sets the nine control bits, see {@link TcpFlags}. */
  public HeaderEditor flags(int flags) {
    int before = view.offsetAndFlags();
    int after = (before & ~TcpFlags.ALL) | (flags & TcpFlags.ALL);
    if (before == after) {
      return this;
    }
    view.offsetAndFlags(after);
    putTwoOctets(memory, tcpAt + FLAGS, after);
    return addChange(FLAGS, before, after);
  }

  public HeaderEditor urgentPointer(int pointer) {
    int before = twoOctets(memory, tcpAt + URGENT_POINTER);
    putTwoOctets(memory, tcpAt + URGENT_POINTER, pointer);
    return addChange(URGENT_POINTER, before, pointer & 0xffff);
  }

  /** Sets TSval and TSecr; has no effect on a segment without the option. */
  public HeaderEditor timestamps(int value, int echo) {
    TcpOptionsView options = view.options();
    int place = options.timestampsOffset();
    if (place < 0) {
      return this;
    }
    options.timestamps(value, echo);
    return setFour(inTcp(place), value).setFour(inTcp(place) + 4, echo);
  }

  /** Sets the edges of SACK block {@code index}, which must exist. */
  public HeaderEditor sackBlock(int index, int left, int right) {
    int place = inTcp(view.options().sackBlockOffset(index));
    return setFour(place, left).setFour(place + 4, right);
  }

  /**
   * Keeps the first {@code count} SACK blocks and overwrites the others with NOPs; without any
   * block the whole option becomes NOPs.
   */
  public HeaderEditor keepSackBlocks(int count) {
    TcpOptionsView options = view.options();
    int blocks = options.sackBlocks();
    Objects.checkFromToIndex(count, blocks, blocks);
    if (count == blocks) {
      return this;
    }
    int option = options.sackOffset() - 2;
    int kept = count == 0 ? 0 : 2 + count * TcpOptionsView.SACK_BLOCK_BYTES;
    if (count > 0) {
      setOne(inTcp(option) + 1, kept);
    }
    int length = 2 + blocks * TcpOptionsView.SACK_BLOCK_BYTES;
    return eraseOption(option + kept, length - kept);
  }

  /**
   * Overwrites {@code length} octets of the options with NOPs.
   *
   * @param offset counted from the start of the packet, like the offsets of {@link TcpOptionsView}
   */
  public HeaderEditor eraseOption(int offset, int length) {
    int place = inTcp(offset);
    Objects.checkFromIndexSize(place - OPTIONS, length, view.tcpHeaderLength() - OPTIONS);
    for (int i = 0; i < length; i++) {
      setOne(place + i, TcpOptionsView.NO_OPERATION);
    }
    view.options().invalidate();
    return this;
  }

  /** Sets the hop limit, 0 to 255; for IPv4 the time to live and the header checksum. */
  public HeaderEditor hopLimit(int hopLimit) {
    int limit = hopLimit & 0xff;
    if (limit == view.hopLimit()) {
      return this;
    }
    view.hopLimit(limit);
    long ipAt = view.ipAt();
    if (view.ipVersion() != 4) {
      putOctet(memory, ipAt + IPV6_HOP_LIMIT, limit);
      return this;
    }
    int before = twoOctets(memory, ipAt + IPV4_HOP_LIMIT);
    int after = (limit << 8) | (before & 0xff);
    putTwoOctets(memory, ipAt + IPV4_HOP_LIMIT, after);
    updateIpv4Checksum(before, after);
    return this;
  }

  /** Sets the ECN field of the IP header, 0 to 3; for IPv4 also the header checksum. */
  public HeaderEditor ecn(int bits) {
    if (bits == view.ecn()) {
      return this;
    }
    view.ecn(bits);
    long ipAt = view.ipAt();
    int before = twoOctets(memory, ipAt);
    if (view.ipVersion() != 4) {
      putTwoOctets(memory, ipAt, (before & ~0x30) | bits << 4);
      return this;
    }
    int after = (before & ~3) | bits;
    putTwoOctets(memory, ipAt, after);
    updateIpv4Checksum(before, after);
    return this;
  }

  /** Writes the TCP checksum if a field that it covers was changed. */
  public void done() {
    if (change != 0 && view.packet().checksumState() == ChecksumState.COMPLETE) {
      putTwoOctets(memory, tcpAt + CHECKSUM, InternetChecksum.update(view.checksumField(), change));
    }
    change = 0;
  }

  /**
   * Computes the TCP checksum over the whole segment, in place of {@link #done}, and marks the
   * packet as complete. Returns false and changes nothing if octets of the segment are missing.
   */
  public boolean completeChecksum() {
    if (!view.isSegmentPresent()) {
      return false;
    }
    change = 0;
    putTwoOctets(memory, tcpAt + CHECKSUM, 0);
    putTwoOctets(memory, tcpAt + CHECKSUM, InternetChecksum.checksum(view.segmentSum()));
    Packet packet = view.packet();
    packet.offload(ChecksumState.COMPLETE, packet.gsoBytes());
    return true;
  }

  private void updateIpv4Checksum(int before, int after) {
    long place = view.ipAt() + IPV4_CHECKSUM;
    int checksum = twoOctets(memory, place);
    int updated = InternetChecksum.update(checksum, InternetChecksum.change(before, after));
    putTwoOctets(memory, place, updated);
  }

  private int inTcp(int offset) {
    return offset - view.tcpOffset();
  }

  private HeaderEditor setFour(int place, int value) {
    int before = fourOctets(memory, tcpAt + place);
    putFourOctets(memory, tcpAt + place, value);
    return addChange(place, before, value);
  }

  private void setOne(int place, int value) {
    int before = octet(memory, tcpAt + place);
    putOctet(memory, tcpAt + place, value);
    addChange(place + 1, before, value);
  }

  /** A value that ends at an odd offset counts with its octets swapped (RFC 1071 section 2 B). */
  private HeaderEditor addChange(int place, int before, int after) {
    if (before != after) {
      long gained = InternetChecksum.change(before, after);
      boolean odd = (place & 1) != 0;
      change += odd ? InternetChecksum.swap(InternetChecksum.fold(gained)) : gained;
    }
    return this;
  }
}
