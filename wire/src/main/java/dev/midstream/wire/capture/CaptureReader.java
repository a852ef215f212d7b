package dev.midstream.wire.capture;

import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pcap or pcapng file packet by packet, in chunks, without allocating per packet. Reading
 * ends at damage; the packets before it are delivered. Not thread-safe.
 */
public final class CaptureReader implements AutoCloseable {
  private static final int MAGIC_BYTES = 4;
  private static final int GZIP_MAGIC = 0x8b1f;
  private static final int ZSTD_MAGIC = 0xfd2fb528;

  private final CaptureInput input;
  private final RecordScanner scanner;
  private final @Nullable Path path;
  private Follower follower = Follower.NONE;
  private boolean canBeFollowed = true;
  private long packetCount;

  private CaptureReader(CaptureInput input, RecordScanner scanner, @Nullable Path path) {
    this.input = input;
    this.scanner = scanner;
    this.path = path;
  }

  /**
   * Opens a file, which may be a named pipe.
   *
   * @throws CaptureException if it cannot be opened, or nothing of it can be read as a capture
   */
  public static CaptureReader open(Path file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw new CaptureException("cannot open capture file=" + file + " reason=" + reason(e), e);
    }
    return open(channel, file.toString(), file, CaptureLimits.DEFAULT);
  }

  /**
   * Reads from a channel, which the reader closes.
   *
   * @param name the name of the file in messages
   * @throws CaptureException if nothing of it can be read as a capture
   */
  public static CaptureReader open(ReadableByteChannel channel, String name, CaptureLimits limits)
      throws IOException {
    return open(channel, name, null, limits);
  }

  /**
   * Points {@code packet} at the next packet: its octets, link type, time since the epoch, octets
   * cut off by the capture, and interface (numbered from 0 across all sections). A capture has no
   * legs; the leg is {@code INSIDE}. A simple packet block has no timestamp and gets that of the
   * previous packet. The memory belongs to the reader and is valid until the next call.
   *
   * @return false at the end of the file and at damage, see {@link #damage}
   */
  public boolean next(Packet packet) throws IOException {
    canBeFollowed = false;
    follower.leaveRecord();
    if (!scanner.next()) {
      return false;
    }
    packetCount++;
    point(packet, scanner.record());
    return true;
  }

  /** Why reading ended before the end of the file; null if no damage was found. */
  public @Nullable CaptureDamage damage() {
    return input.damage();
  }

  /** Packets read so far. */
  public long packetCount() {
    return packetCount;
  }

  /** Octets of the file read so far, up to the end of the current packet's record. */
  public long fileOffset() {
    return scanner.record().end;
  }

  /**
   * A message of one line if interfaces were found and none of them has a supported link type; else
   * null. The result is final from the start for pcap and at the end of the file for pcapng, where
   * interfaces may appear anywhere.
   */
  public @Nullable String unreadableLinkTypes() {
    String codes = scanner.interfaces().unreadableCodes();
    return codes == null
        ? null
        : "link type cannot be read file=" + input.file() + " link-type=" + codes;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }

  /** The file; null for a channel. */
  @Nullable Path path() {
    return path;
  }

  CaptureInput input() {
    return input;
  }

  RecordScanner scanner() {
    return scanner;
  }

  /** Registers the only follower; must be called before the first packet is read. */
  void setFollower(Follower follower) {
    if (!canBeFollowed) {
      throw new IllegalStateException(
          "a follower is set once and before the first packet file=" + input.file());
    }
    canBeFollowed = false;
    this.follower = follower;
    input.setFollower(follower);
  }

  void point(Packet packet, RecordView record) {
    packet
        .at(input.memory(), input.memoryOffset(record.packetOffset), record.packetBytes())
        .missing(record.missingBytes())
        .from(record.linkType, Leg.INSIDE, record.interfaceId, record.timeNanos)
        .offload(ChecksumState.COMPLETE, 0);
  }

  private static CaptureReader open(
      ReadableByteChannel channel, String name, @Nullable Path path, CaptureLimits limits)
      throws IOException {
    CaptureInput input = new CaptureInput(channel, name, limits.chunkBytes());
    try {
      return new CaptureReader(input, detectFormat(input, limits), path);
    } catch (IOException e) {
      input.close();
      if (e instanceof CaptureException refusal) {
        throw refusal;
      }
      throw new CaptureException("cannot read capture file=" + name + " reason=" + reason(e), e);
    }
  }

  private static RecordScanner detectFormat(CaptureInput input, CaptureLimits limits)
      throws IOException {
    if (!input.load(0, MAGIC_BYTES)) {
      boolean empty = input.loadedFrom(0) == 0;
      throw new CaptureException(
          (empty ? "capture is empty file=" : "not a capture file=") + input.file());
    }
    int magic = input.intAt(0);
    if (magic == PcapngDescriptor.SECTION_BLOCK) {
      return PcapngScanner.open(input, limits);
    }
    int reversed = Integer.reverseBytes(magic);
    boolean bigEndian = isPcap(reversed);
    if (!bigEndian && !isPcap(magic)) {
      throw new CaptureException(refusal(magic, reversed) + " file=" + input.file());
    }
    input.bigEndian(bigEndian);
    boolean nanoseconds = (bigEndian ? reversed : magic) == PcapDescriptor.MAGIC_NANOSECONDS;
    return PcapScanner.open(input, limits.packetBytes(), nanoseconds);
  }

  private static boolean isPcap(int magic) {
    return magic == PcapDescriptor.MAGIC_MICROSECONDS || magic == PcapDescriptor.MAGIC_NANOSECONDS;
  }

  private static String refusal(int magic, int reversed) {
    if (magic == PcapDescriptor.MAGIC_MODIFIED || reversed == PcapDescriptor.MAGIC_MODIFIED) {
      return "modified pcap of a patched libpcap cannot be read";
    }
    boolean compressed = (magic & 0xffff) == GZIP_MAGIC || magic == ZSTD_MAGIC;
    return compressed ? "capture is compressed, unpack it first" : "not a capture";
  }

  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }
}
