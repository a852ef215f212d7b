package dev.midstream.gateway.event;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The file of a journal, which may become full, vanish, or be taken away by whoever turns logs
 * over: then another one is begun as soon as that is possible. Belongs to one thread.
 */
final class EventOutput {
  private final Path file;
  private final Consumer<String> log;
  private @Nullable Writer writer;
  private @Nullable Object identity;
  private boolean failing;

  /**
   * Creates the file, or empties it if it is there.
   *
   * @param log hears when the file begins to fail, and when that is over
   */
  EventOutput(Path file, Consumer<String> log) throws IOException {
    this.file = file;
    this.log = log;
    open(StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Writes lines where others can read them; false if they are lost. */
  boolean write(List<String> lines) {
    try {
      Writer to = writer == null ? open(StandardOpenOption.APPEND) : writer;
      for (String line : lines) {
        to.write(line);
      }
      to.flush();
      if (failing) {
        log.accept("events are written again, file=" + file);
      }
      failing = false;
      return true;
    } catch (IOException e) {
      giveUp(e);
      return false;
    }
  }

  /** Makes sure that the file still has its name; else the next lines begin another one. */
  void look() {
    if (writer == null) {
      return;
    }
    try {
      if (!Objects.equals(identity, identity())) {
        log.accept("events file was taken away, another one is begun, file=" + file);
        close();
      }
    } catch (IOException e) {
      giveUp(e);
    }
  }

  void close() {
    Writer ends = writer;
    writer = null;
    if (ends == null) {
      return;
    }
    try {
      ends.close();
    } catch (IOException e) {
      giveUp(e);
    }
  }

  private Writer open(StandardOpenOption how) throws IOException {
    Writer opened =
        Files.newBufferedWriter(
            file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
    writer = opened;
    identity = identity();
    return opened;
  }

  /** Null where the file is gone, or has no identity. */
  private @Nullable Object identity() throws IOException {
    return Files.exists(file)
        ? Files.readAttributes(file, BasicFileAttributes.class).fileKey()
        : null;
  }

  private void giveUp(IOException e) {
    if (!failing) {
      log.accept("events cannot be written, file=" + file + " error=" + e);
    }
    failing = true;
    Writer broken = writer;
    writer = null;
    if (broken == null) {
      return;
    }
    try {
      broken.close();
    } catch (IOException _) {
      // What it still held is lost, and was counted.
    }
  }
}
