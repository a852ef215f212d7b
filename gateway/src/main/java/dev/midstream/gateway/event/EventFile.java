package dev.midstream.gateway.event;

import dev.midstream.gateway.command.InputException;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The events of a capture that is rewritten: a JSON object a line, with the time of the packet or
 * timer that caused it. It belongs to one thread and blocks on the file.
 */
public final class EventFile implements EventSink, AutoCloseable {
  private final @Nullable Writer writer;
  private long nowNanos;

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

  /** Sets the time of the next events, since the epoch. */
  public void setTime(long nanos) {
    nowNanos = nanos;
  }

  @Override
  public void event(Reason reason, String connection, String text) {
    if (writer != null) {
      write(writer, EventLine.event(nowNanos, reason, connection, text));
    }
  }

  @Override
  public void edit(
      String connection,
      Direction direction,
      long orgStart,
      int orgLength,
      int newLength,
      boolean carriedOut) {
    if (writer != null) {
      write(
          writer,
          EventLine.edit(
              nowNanos, connection, direction, orgStart, orgLength, newLength, carriedOut));
    }
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }

  private static void write(Writer writer, String line) {
    try {
      writer.write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
