package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes an edited copy of a capture, in the same format, while a reader reads the original. File
 * headers, blocks that are not packets, and every record kept with {@link #copy} are copied octet
 * for octet; other records are omitted. Must be closed before the reader. Not thread-safe.
 *
 * <pre>{@code
 * while (reader.next(packet)) {
 *   if (box.onPacket(packet, packet.timeNanos(), writer::write) == Disposition.FORWARD) {
 *     writer.copy();
 *   }
 * }
 * }</pre>
 */
public final class CaptureWriter implements AutoCloseable {
  /*
   * The output is the input with some records replaced, so the state is one range: [pendingOffset,
   * …) of the file has been read and will be copied. Keeping a record costs nothing; omitting
   * a record or inserting a packet ends the run and starts another.
   *
   *     ...written or omitted....|pendingOffset      |record.start     record.end|
   *                              |--- kept, to be copied in one go ---|- current -|
   */
  private static final int MAX_PACKET_BYTES = 262_144;

  private final CaptureReader reader;
  private final CaptureInput input;
  private final RecordView record;
  private final CaptureOutput output;
  private final RecordComposer composer;
  private final HeaderPolicy headers;
  private final Packet whole = new Packet();
  private final LatePackets late = new LatePackets();
  private long pendingOffset;
  private boolean kept;
  private boolean optionsUsed;
  private boolean closed;

  private CaptureWriter(CaptureReader reader, CaptureOutput output, HeaderPolicy headers) {
    this.reader = reader;
    this.output = output;
    this.headers = headers;
    input = reader.input();
    record = reader.scanner().record();
    composer = reader.scanner().composer(output);
  }

  /**
   * Creates or replaces a file that follows {@code reader}, which must not have read a packet yet.
   *
   * @throws CaptureException if it is the file being read, or cannot be created
   */
  public static CaptureWriter create(Path file, CaptureReader reader, HeaderPolicy headers)
      throws IOException {
    return create(file, file.toString(), reader, headers);
  }

  /** As above, with another name of the file in messages. */
  public static CaptureWriter create(
      Path file, String name, CaptureReader reader, HeaderPolicy headers) throws IOException {
    Path source = reader.path();
    if (source != null && Files.exists(file) && Files.isSameFile(source, file)) {
      throw new CaptureException("output is the capture being read file=" + name);
    }
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw new CaptureException(
          "cannot create capture file=" + name + " reason=" + CaptureReader.reason(e), e);
    }
    return create(channel, name, reader, headers);
  }

  /**
   * Follows {@code reader}, which must not have read a packet yet, and writes to a blocking
   * channel. The writer closes the channel.
   *
   * @param name the name of the file in messages
   */
  public static CaptureWriter create(
      WritableByteChannel channel, String name, CaptureReader reader, HeaderPolicy headers) {
    CaptureWriter writer = new CaptureWriter(reader, new CaptureOutput(channel, name), headers);
    reader.setFollower(writer.new Following());
    if (headers == HeaderPolicy.ROOM_FOR_EDITS) {
      reader.scanner().makeRoomForEdits();
    }
    return writer;
  }

  /**
   * Keeps the current packet's record as it is in the reader's memory, after everything written for
   * it before.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public void copy() {
    if (kept) {
      return;
    }
    boolean losesLength = record.simple && record.isCut() && headers == HeaderPolicy.ROOM_FOR_EDITS;
    if (losesLength) {
      // The captured length follows from the snap length, which has changed.
      reader.point(whole, record);
      write(whole);
    } else {
      kept = true;
    }
  }

  /**
   * Writes a packet that the current one caused, with the current one's time. The first such packet
   * also gets those options of the current record that remain valid. There is no current packet
   * before the first and after the last one: use {@link #writeTimed} then.
   *
   * <p>If its interface is of an earlier section, and the current section has none of that link
   * type, the packet is written at the end of the file, in a section of its own.
   *
   * @throws IllegalArgumentException if there is no such interface
   * @throws UncheckedIOException if the file cannot be written
   */
  public void write(Packet emitted) {
    if (record.start == record.end) {
      throw new IllegalStateException("no current packet file=" + input.file());
    }
    boolean withOptions = !optionsUsed;
    optionsUsed = true;
    put(emitted, withOptions, true);
  }

  /**
   * Writes a packet with its own time: before the current record unless that was already kept, and
   * at the end of the file after everything else.
   *
   * @throws IllegalArgumentException if there is no such interface, as in {@link #write}
   * @throws UncheckedIOException if the file cannot be written
   */
  public void writeTimed(Packet emitted) {
    put(emitted, false, false);
  }

  /** Writes what is pending and closes the file. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (output) {
      copyUpTo(kept ? record.end : record.start);
      late.writeTo(output);
    }
  }

  private void put(Packet emitted, boolean withOptions, boolean caused) {
    if (emitted.length() > MAX_PACKET_BYTES) {
      throw new IllegalArgumentException("packet too long length=" + emitted.length());
    }
    int interfaceId = emitted.interfaceId();
    if (interfaceId < 0 || interfaceId >= reader.scanner().interfaces().count()) {
      throw new IllegalArgumentException("no such interface id=" + interfaceId);
    }
    try {
      copyUpTo(kept ? record.end : record.start);
      boolean written =
          caused ? composer.compose(emitted, record, withOptions) : composer.composeTimed(emitted);
      if (!written) {
        LinkType linkType = reader.scanner().interfaces().at(interfaceId).linkType();
        late.add(emitted, linkType, caused ? record.timeNanos : emitted.timeNanos());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the pending run up to {@code offset}. */
  private void copyUpTo(long offset) throws IOException {
    if (offset > pendingOffset) {
      long length = offset - pendingOffset;
      output.write(input.memory(), input.memoryOffset(pendingOffset), length);
      pendingOffset = offset;
    }
  }

  private final class Following implements Follower {
    @Override
    public void leaveRecord() throws IOException {
      if (!kept) {
        copyUpTo(record.start);
        pendingOffset = record.end;
      }
      kept = false;
      optionsUsed = false;
    }

    @Override
    public void omit(long start, long end) throws IOException {
      copyUpTo(start);
      pendingOffset = end;
    }

    @Override
    public void releaseBefore(long offset) throws IOException {
      copyUpTo(offset);
    }
  }
}
