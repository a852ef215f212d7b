package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * One fragment of an IPv4 or IPv6 datagram (RFC 791 section 3.2, RFC 8200 section 4.5): its
 * datagram, and the part of the datagram's payload that it carries. Reusable, not thread-safe.
 *
 * <p>Offsets named "payload" count from the start of the packet; {@link #start} and {@link #end}
 * count from the first octet of the datagram's fragmentable part.
 */
public final class FragmentView {
  private static final int FRAGMENT_HEADER_BYTES = 8;
  private static final int MAX_LENGTH = 65_535;
  private static final int IPV4_MORE_FRAGMENTS = 0x2000;
  private static final int IPV4_OFFSET = 0x1fff;
  private static final int IPV6_OFFSET = 0xfff8;
  private static final int UNIT_BYTES = 8;

  private FrameView view = new FrameView();
  private int identification;
  private int start;
  private boolean last;
  private int headersEnd;
  private int payloadOffset;

  /**
   * Reads the fragment that {@code view} has read as {@link FrameKind#FRAGMENT}. Returns false if
   * it is invalid: empty, not the last and not a multiple of 8 octets, beyond the largest IP
   * length, or part of a jumbogram.
   */
  public boolean read(FrameView view) {
    this.view = view;
    headersEnd = view.tcpOffset();
    if (view.ipVersion() == 4) {
      readIpv4();
    } else {
      readIpv6();
    }
    int length = payloadLength();
    boolean whole = last || length % UNIT_BYTES == 0;
    return length > 0 && whole && fits(end()) && !isJumbo();
  }

  /**
   * Whether the IP length field can hold {@code length} octets after the headers of this fragment.
   */
  public boolean fits(int length) {
    int uncounted = view.ipVersion() == 4 ? 0 : IpView.IPV6_BYTES;
    return headersEnd - view.ipOffset() - uncounted + length <= MAX_LENGTH;
  }

  /** The packet that contains the fragment. */
  public Packet packet() {
    return view.packet();
  }

  /** The headers of that packet. */
  public FrameView view() {
    return view;
  }

  /** The identification of the datagram: 16 bits for IPv4, 32 for IPv6. */
  public int identification() {
    return identification;
  }

  /** Where its octets start in the datagram's fragmentable part. */
  public int start() {
    return start;
  }

  /** Where its octets end in the datagram's fragmentable part. */
  public int end() {
    return start + payloadLength();
  }

  /** Whether it is the last fragment. */
  public boolean isLast() {
    return last;
  }

  /** Where its octets start in the packet. */
  public int payloadOffset() {
    return payloadOffset;
  }

  /** The number of its octets, without padding after the IP packet. */
  public int payloadLength() {
    return view.frameLength() - payloadOffset;
  }

  /** Whether all of its octets are present. */
  public boolean isPresent() {
    return view.isSegmentPresent();
  }

  /** Octets of the IP packet that contains the fragment. */
  public int ipPacketLength() {
    return view.frameLength() - view.ipOffset();
  }

  /** Where the headers end that belong to the whole datagram: those before the fragment header. */
  public int headersEnd() {
    return headersEnd;
  }

  /** The IP protocol number of the first header of the fragmentable part. */
  public int protocol() {
    long place = view.ipVersion() == 4 ? view.nextHeaderOffset() : headersEnd;
    return octet(packet().memory(), packet().offset() + place);
  }

  /**
   * Offset of the field that identifies the first header of the fragmentable part in the
   * reassembled datagram.
   */
  public int nextHeaderOffset() {
    return view.nextHeaderOffset();
  }

  private void readIpv4() {
    int field = twoOctets(packet().memory(), view.ipAt() + 6);
    identification = view.ipv4Id();
    start = (field & IPV4_OFFSET) * UNIT_BYTES;
    last = (field & IPV4_MORE_FRAGMENTS) == 0;
    payloadOffset = headersEnd;
  }

  private void readIpv6() {
    MemorySegment memory = packet().memory();
    long at = packet().offset() + headersEnd;
    int field = twoOctets(memory, at + 2);
    identification = fourOctets(memory, at + 4);
    start = field & IPV6_OFFSET;
    last = (field & 1) == 0;
    payloadOffset = headersEnd + FRAGMENT_HEADER_BYTES;
  }

  /** A jumbogram must not be fragmented (RFC 2675 section 3). */
  private boolean isJumbo() {
    return view.jumboOffset() >= 0;
  }
}
