package dev.midstream.wire.capture;

import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a capture of the kind a reader reads, along with it: file headers, blocks that are no
 * packets, and every record that {@link #copy} keeps go out octet for octet; a record nobody kept
 * is left out. Close it before the reader. Not thread-safe.
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
   * …) of the file has been read, is to be copied, and has not been. Keeping a record costs nothing;
   * leaving one out, or putting a packet between, ends the run and starts another.
   *
   *     ...written or left out...|pendingOffset      |record.start     record.end|
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
   * Creates or replaces a file that follows {@code reader}, which has not read a packet yet.
   *
   * @throws CaptureException if it is the file being read, or cannot be created
   */
  public static CaptureWriter create(Path file, CaptureReader reader, HeaderPolicy headers)
      throws IOException {
    Path source = reader.path();
    if (source != null && Files.exists(file) && Files.isSameFile(source, file)) {
      throw new CaptureException("output is the capture being read file=" + file);
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
          "cannot create capture file=" + file + " reason=" + CaptureReader.reason(e), e);
    }
    return create(channel, file.toString(), reader, headers);
  }

  /**
   * Follows {@code reader}, which has not read a packet yet, into a blocking channel, which the
   * writer closes.
   *
   * @param name stands for the file in messages
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
   * Keeps the current packet's record as it lies in the reader's memory, behind what was written
   * for it before.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public void copy() {
    if (kept) {
      return;
    }
    boolean losesLength =
        record.simple && record.missingBytes() > 0 && headers == HeaderPolicy.ROOM_FOR_EDITS;
    if (losesLength) {
      // Its captured length was told by the snap length, which is another one now.
      reader.point(whole, record);
      write(whole);
    } else {
      kept = true;
    }
  }

  /**
   * Writes a packet that the current one caused: with the current one's time, and the first with
   * those of its options that stay true. Before any packet was read, and after the last, there is
   * no cause: use {@link #writeTimed}.
   *
   * @return false if the packet has no place: its interface is of an earlier section, and the
   *     current one has none of that link type
   * @throws UncheckedIOException if the file cannot be written
   */
  public boolean write(Packet emitted) {
    if (record.start == record.end) {
      throw new IllegalStateException("no current packet file=" + input.file());
    }
    boolean withOptions = !optionsUsed;
    optionsUsed = true;
    return put(emitted, withOptions, true);
  }

  /**
   * Writes a packet with its own time, before the current one unless that was kept already; at the
   * end of the file behind everything.
   *
   * @return false if the packet has no place, as with {@link #write}
   * @throws UncheckedIOException if the file cannot be written
   */
  public boolean writeTimed(Packet emitted) {
    return put(emitted, false, false);
  }

  /** Writes what is kept and still pending, and closes the file. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (output) {
      copyUpTo(kept ? record.end : record.start);
    }
  }

  private boolean put(Packet emitted, boolean withOptions, boolean caused) {
    if (emitted.length() > MAX_PACKET_BYTES) {
      throw new IllegalArgumentException("packet too long length=" + emitted.length());
    }
    try {
      copyUpTo(kept ? record.end : record.start);
      return caused
          ? composer.compose(emitted, record, withOptions)
          : composer.composeTimed(emitted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the run up to {@code offset}. */
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
    public void releaseBefore(long offset) throws IOException {
      copyUpTo(offset);
    }
  }
}
