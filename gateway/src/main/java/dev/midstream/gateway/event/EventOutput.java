package dev.midstream.gateway.event;

import dev.midstream.gateway.output.FileErrors;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.gateway.output.OwnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file of a journal. Lines are appended to those of earlier runs. The disk may become full, and
 * log rotation may move or delete the file; a new one is then created as soon as possible. The file
 * holds whole lines only. Belongs to one thread.
 */
final class EventOutput {
  private final Path file;
  private final Opener opener;
  private final NodeLog log;
  private @Nullable SeekableByteChannel channel;
  private @Nullable Object identity;
  private boolean failing;
  private boolean torn;

  /** Opens a file for appending, and creates it if it does not exist. */
  @FunctionalInterface
  interface Opener {
    SeekableByteChannel open(Path file) throws IOException;
  }

  /**
   * Opens the file, or creates it if it does not exist.
   *
   * @param log gets a line when the file fails, and when it works again
   */
  EventOutput(Path file, NodeLog log) throws IOException {
    this(file, OwnedFile::open, log);
  }

  /** As above, with another way to open the file. */
  EventOutput(Path file, Opener opener, NodeLog log) throws IOException {
    this.file = file;
    this.opener = opener;
    this.log = log;
    SeekableByteChannel ignored = open();
  }

  /** Writes lines of ASCII. Returns how many were written; the others are lost. */
  int write(List<String> lines) {
    ByteBuffer octets = ByteBuffer.wrap(octets(String.join("", lines)));
    try {
      SeekableByteChannel to = channel == null ? open() : channel;
      endTornLine(to);
      writeAll(octets, to);
      if (failing) {
        log.info("events are written again, file=" + file);
      }
      failing = false;
      return lines.size();
    } catch (IOException e) {
      int whole = dropPartialLine(lines, octets.position());
      fail(e);
      return whole;
    }
  }

  /** Closes the file if it was moved or deleted. The next lines create a new one. */
  void checkRotation() {
    if (channel == null) {
      return;
    }
    try {
      if (!Objects.equals(identity, identity())) {
        log.info("events file was removed, a new one is started, file=" + file);
        close();
      }
    } catch (IOException e) {
      fail(e);
    }
  }

  /** Opens the file anew: the one of this name, wherever the present one has gone. */
  void reopen() {
    try {
      closeChannel();
      SeekableByteChannel ignored = open();
    } catch (IOException e) {
      fail(e);
    }
  }

  void close() {
    try {
      closeChannel();
    } catch (IOException e) {
      fail(e);
    }
  }

  private SeekableByteChannel open() throws IOException {
    torn = endsWithinLine(file); // before the file is locked: see OwnedFile
    SeekableByteChannel opened = opener.open(file);
    channel = opened;
    identity = identity();
    return opened;
  }

  /** The file's identity; null if the file is gone, or the file system has no identities. */
  private @Nullable Object identity() throws IOException {
    return Files.exists(file)
        ? Files.readAttributes(file, BasicFileAttributes.class).fileKey()
        : null;
  }

  /** Whether the last line has no end, because its writer was killed or the disk was full. */
  private static boolean endsWithinLine(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    try (FileChannel reading = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = reading.size();
      return size > 0 && reading.read(last, size - 1) == 1 && last.get(0) != '\n';
    } catch (IOException _) {
      return false;
    }
  }

  private void endTornLine(SeekableByteChannel to) throws IOException {
    if (torn) {
      writeAll(ByteBuffer.wrap(octets("\n")), to);
      torn = false;
    }
  }

  /**
   * Removes the part of a line that a full disk has taken. Returns how many lines were written
   * whole.
   */
  private int dropPartialLine(List<String> lines, int written) {
    int whole = 0;
    int part = written;
    while (whole < lines.size() && part >= lines.get(whole).length()) {
      part -= lines.get(whole).length();
      whole++;
    }
    if (part > 0 && channel != null) {
      torn = !truncate(channel, part);
    }
    return whole;
  }

  private static boolean truncate(SeekableByteChannel from, int bytes) {
    try {
      long size = from.size();
      if (size >= bytes) {
        from.truncate(size - bytes);
      }
      return size >= bytes;
    } catch (IOException _) {
      return false;
    }
  }

  private static void writeAll(ByteBuffer octets, SeekableByteChannel to) throws IOException {
    while (octets.hasRemaining()) {
      to.write(octets);
    }
  }

  private static byte[] octets(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  private void fail(IOException e) {
    if (!failing) {
      log.warn("events cannot be written, file=" + file + " error=" + FileErrors.reason(e));
    }
    failing = true;
    try {
      closeChannel();
    } catch (IOException _) {
      // Lines that it buffered are lost, and were counted as such.
    }
  }

  private void closeChannel() throws IOException {
    SeekableByteChannel closing = channel;
    channel = null;
    if (closing != null) {
      closing.close();
    }
  }
}
