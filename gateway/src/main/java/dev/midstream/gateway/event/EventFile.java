package dev.midstream.gateway.event;

import dev.midstream.gateway.command.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The events of a capture that is rewritten: a JSON object a line, with the time of the packet or
 * timer that caused it. It belongs to one thread and blocks on the file.
 */
public final class EventFile implements TimedEvents.Lines, AutoCloseable {
  private final @Nullable Writer writer;

  private EventFile(@Nullable Writer writer) {
    this.writer = writer;
  }

  /**
   * Creates the file, or empties an existing one.
   *
   * @param file null for none: events are then discarded
   * @throws InputException if it cannot be written, with the reason
   */
  public static EventFile open(@Nullable Path file) throws InputException {
    if (file == null) {
      return new EventFile(null);
    }
    try {
      return new EventFile(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new InputException(file + ": events cannot be written, error=" + e);
    }
  }

  /** The sink that writes to the file. */
  public TimedEvents newEvents() {
    return new TimedEvents(this);
  }

  @Override
  public boolean admits(int cause, long nowNanos) {
    return writer != null;
  }

  @Override
  public void add(String line) {
    try {
      Objects.requireNonNull(writer).write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }
}
