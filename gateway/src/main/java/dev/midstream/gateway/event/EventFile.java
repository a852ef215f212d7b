package dev.midstream.gateway.event;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.output.FileErrors;
import dev.midstream.gateway.output.FileInUseException;
import dev.midstream.gateway.output.OwnedFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The events of a capture that is rewritten: a JSON object a line, with the time of the packet or
 * timer that caused it. It belongs to one thread and blocks on the file.
 */
public final class EventFile implements TimedEvents.Lines, AutoCloseable {
  private final @Nullable Path file;
  private final @Nullable Writer writer;

  private EventFile(@Nullable Path file, @Nullable Writer writer) {
    this.file = file;
    this.writer = writer;
  }

  /**
   * Creates the file, or empties an existing one, unless another program writes to it.
   *
   * @param file null for none: events are then discarded
   * @throws InputException if it cannot be written, with the reason
   */
  public static EventFile open(@Nullable Path file) throws InputException {
    if (file == null) {
      return new EventFile(null, null);
    }
    try {
      FileChannel channel = OwnedFile.open(file);
      // A pipe or a device has no length and cannot be emptied.
      if (channel.size() > 0) {
        channel.truncate(0);
      }
      return new EventFile(
          file, new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8)));
    } catch (FileInUseException e) {
      throw new InputException(file + ": " + e.getMessage());
    } catch (IOException e) {
      throw new InputException(file + ": events cannot be written, error=" + FileErrors.reason(e));
    }
  }

  /** The sink that writes to the file. */
  public TimedEvents newEvents() {
    return new TimedEvents(this);
  }

  @Override
  public boolean admits(String code, long nowNanos) {
    return writer != null;
  }

  @Override
  public void add(String line) {
    try {
      Objects.requireNonNull(writer).write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(failure(e));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (writer != null) {
        writer.close();
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private IOException failure(IOException cause) {
    return new IOException(
        file + ": events cannot be written, error=" + FileErrors.reason(cause), cause);
  }
}
