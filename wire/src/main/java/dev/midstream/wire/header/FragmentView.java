package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * One fragment of an IPv4 or IPv6 datagram (RFC 791 section 3.2, RFC 8200 section 4.5): which
 * datagram it belongs to and which octets of its payload it holds. Reusable, not thread-safe.
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
   * Reads the fragment that {@code view} has read as {@link FrameKind#FRAGMENT}. False if it lies:
   * it is empty, not the last and not made of whole units, or reaches beyond what an IP length can
   * tell.
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

  /** Whether an IP length can tell of so many octets behind the headers of this fragment. */
  public boolean fits(int length) {
    int uncounted = view.ipVersion() == 4 ? 0 : IpView.IPV6_BYTES;
    return headersEnd - view.ipOffset() - uncounted + length <= MAX_LENGTH;
  }

  /** The packet it came in. */
  public Packet packet() {
    return view.packet();
  }

  /** The headers in front of it. */
  public FrameView view() {
    return view;
  }

  /** The number that all fragments of a datagram share: 16 bits for IPv4, 32 for IPv6. */
  public int identification() {
    return identification;
  }

  /** Where its octets start in the datagram's fragmentable part. */
  public int start() {
    return start;
  }

  /** Where its octets end. */
  public int end() {
    return start + payloadLength();
  }

  /** Whether nothing follows behind it. */
  public boolean isLast() {
    return last;
  }

  /** Where its octets start in the packet. */
  public int payloadOffset() {
    return payloadOffset;
  }

  /** Its octets, without padding behind the IP packet. */
  public int payloadLength() {
    return view.frameLength() - payloadOffset;
  }

  /** Whether all of its octets are here. */
  public boolean isPresent() {
    return view.isSegmentPresent();
  }

  /** Octets of the IP packet it came in. */
  public int ipPacketLength() {
    return view.frameLength() - view.ipOffset();
  }

  /** Where the headers end that the whole datagram has too: those in front of the fragment's. */
  public int headersEnd() {
    return headersEnd;
  }

  /** What the first header of the fragmentable part is, as an IP protocol number. */
  public int protocol() {
    long place = view.ipVersion() == 4 ? view.nextHeaderOffset() : headersEnd;
    return octet(packet().memory(), packet().offset() + place);
  }

  /** Place of the field that names the first header of the fragmentable part, once whole. */
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
