package dev.midstream.wire.capture;

import static dev.midstream.wire.capture.PcapngDescriptor.*;

import dev.midstream.wire.packet.LinkType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a new pcapng file of packets with comments: one section, named interfaces, timestamps in
 * nanoseconds. Not thread-safe.
 */
public final class AnnotatedCapture implements AutoCloseable {
  /** The longest packet that can be written. */
  public static final int MAX_PACKET_BYTES = 262_144;

  /** The longest comment that is written; longer comments are truncated. */
  public static final int MAX_COMMENT_BYTES = 4_096;

  private static final int VERSION_1_0 = 1;
  private static final byte NANOSECONDS = 9;

  /** In the flags of a packet: whether it was received or sent is not known. */
  static final int UNKNOWN_DIRECTION = 0;

  private static final int INBOUND = 1;
  private static final int OUTBOUND = 2;

  private final CaptureOutput output;
  private long bytes;

  /**
   * An interface of the file.
   *
   * @param name its name in the operating system
   * @param description its description for the reader
   * @param linkType the link type of its packets
   */
  public record Interface(String name, String description, LinkType linkType) {}

  /**
   * Starts a file.
   *
   * @param file its name, for messages
   * @param interfaces numbered from 0 in this order
   */
  public AnnotatedCapture(WritableByteChannel channel, String file, List<Interface> interfaces)
      throws IOException {
    this(new CaptureOutput(channel, file), interfaces);
  }

  private AnnotatedCapture(CaptureOutput output, List<Interface> interfaces) throws IOException {
    this.output = output;
    output.bigEndian(false);
    putSection();
    for (Interface each : interfaces) {
      putInterface(each);
    }
  }

  /**
   * A further section of a file that another writer closes, with an interface of each link type.
   */
  static AnnotatedCapture appendedTo(CaptureOutput output, List<LinkType> linkTypes)
      throws IOException {
    List<Interface> interfaces =
        linkTypes.stream()
            .map(linkType -> new Interface("late", "packets that became due late", linkType))
            .toList();
    return new AnnotatedCapture(output, interfaces);
  }

  /** The length of the file so far. */
  public long bytes() {
    return bytes;
  }

  /** The maximum number of octets that a packet with its comment adds to the file. */
  public static int maxBytes(int length, String comment) {
    int commentBytes = Math.min(3 * comment.length(), MAX_COMMENT_BYTES);
    return MIN_PACKET_BYTES
        + padded(length)
        + 3 * OPTION_HEADER_BYTES
        + Integer.BYTES
        + padded(commentBytes);
  }

  /**
   * Writes a packet.
   *
   * @param interfaceId the number of the interface that received or sends it
   * @param outbound whether it is sent
   * @param timeNanos nanoseconds since 1970
   * @param octets the packet, at most {@link #MAX_PACKET_BYTES}
   */
  public void write(
      int interfaceId, boolean outbound, long timeNanos, byte[] octets, String comment)
      throws IOException {
    write(interfaceId, outbound ? OUTBOUND : INBOUND, timeNanos, octets, 0, comment);
  }

  /** As above, for a packet of which a capture cut {@code missingBytes} octets off. */
  void write(
      int interfaceId, int flags, long timeNanos, byte[] octets, int missingBytes, String comment)
      throws IOException {
    byte[] words = octetsOf(comment);
    int optionBytes =
        optionBytes(words.length) + OPTION_HEADER_BYTES + Integer.BYTES + OPTION_HEADER_BYTES;
    int length = octets.length;
    int blockBytes = MIN_PACKET_BYTES + padded(length) + optionBytes;
    int at = beginBlock(ENHANCED_PACKET_BLOCK, blockBytes);
    output.putInt(at + PACKET_INTERFACE_OFFSET, interfaceId);
    output.putInt(at + PACKET_TIME_HIGH_OFFSET, (int) (timeNanos >>> Integer.SIZE));
    output.putInt(at + PACKET_TIME_LOW_OFFSET, (int) timeNanos);
    output.putInt(at + PACKET_CAPTURED_OFFSET, length);
    output.putInt(at + PACKET_ORIGINAL_OFFSET, length + missingBytes);
    int options = putPadded(at + PACKET_OFFSET, octets);
    options = putOption(options, OPTION_COMMENT, words);
    output.putShort(options, OPTION_PACKET_FLAGS);
    output.putShort(options + Short.BYTES, Integer.BYTES);
    output.putInt(options + OPTION_HEADER_BYTES, flags);
    output.putInt(options + OPTION_HEADER_BYTES + Integer.BYTES, OPTION_END);
  }

  /** Writes buffered octets to the file. */
  public void flush() throws IOException {
    output.flush();
  }

  @Override
  public void close() throws IOException {
    output.close();
  }

  private void putSection() throws IOException {
    int at = beginBlock(SECTION_BLOCK, MIN_SECTION_BYTES);
    output.putInt(at + BODY_OFFSET, BYTE_ORDER_MAGIC);
    output.putInt(at + SECTION_VERSION_OFFSET, VERSION_1_0);
    output.putInt(at + SECTION_LENGTH_OFFSET, -1);
    output.putInt(at + SECTION_LENGTH_OFFSET + Integer.BYTES, -1);
  }

  private void putInterface(Interface each) throws IOException {
    byte[] name = octetsOf(each.name());
    byte[] description = octetsOf(each.description());
    byte[] resolution = {NANOSECONDS};
    int blockBytes =
        MIN_INTERFACE_BYTES
            + optionBytes(name.length)
            + optionBytes(description.length)
            + optionBytes(resolution.length)
            + OPTION_HEADER_BYTES;
    int at = beginBlock(INTERFACE_BLOCK, blockBytes);
    output.putInt(at + INTERFACE_LINK_TYPE_OFFSET, LinkTypes.codeOf(each.linkType()));
    output.putInt(at + INTERFACE_SNAP_LENGTH_OFFSET, MAX_PACKET_BYTES);
    int options = putOption(at + INTERFACE_OPTIONS_OFFSET, OPTION_INTERFACE_NAME, name);
    options = putOption(options, OPTION_INTERFACE_DESCRIPTION, description);
    options = putOption(options, OPTION_TIME_RESOLUTION, resolution);
    output.putInt(options, OPTION_END);
  }

  private int beginBlock(int type, int blockBytes) throws IOException {
    int at = output.reserve(blockBytes);
    output.putInt(at + TYPE_OFFSET, type);
    output.putInt(at + LENGTH_OFFSET, blockBytes);
    output.putInt(at + blockBytes - TRAILER_BYTES, blockBytes);
    bytes += blockBytes;
    return at;
  }

  private int putOption(int at, int code, byte[] value) {
    output.putShort(at, code);
    output.putShort(at + Short.BYTES, value.length);
    return putPadded(at + OPTION_HEADER_BYTES, value);
  }

  private int putPadded(int at, byte[] octets) {
    output.putOctets(at, MemorySegment.ofArray(octets), 0, octets.length);
    output.putZeros(at + octets.length, padded(octets.length) - octets.length);
    return at + padded(octets.length);
  }

  private static int optionBytes(int length) {
    return OPTION_HEADER_BYTES + padded(length);
  }

  private static byte[] octetsOf(String text) {
    String kept =
        text.length() > MAX_COMMENT_BYTES / 3 ? text.substring(0, MAX_COMMENT_BYTES / 3) : text;
    return kept.getBytes(StandardCharsets.UTF_8);
  }
}
