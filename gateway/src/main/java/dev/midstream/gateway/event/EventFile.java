package dev.midstream.gateway.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.midstream.gateway.command.InputException;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Events as lines of a file, one JSON object each, with the time of what caused them. Belongs to
 * one thread.
 */
public final class EventFile implements EventSink, AutoCloseable {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final @Nullable Writer writer;
  private final JsonFactory json = new JsonFactory();
  private long nowNanos;
  private boolean written;

  private EventFile(@Nullable Writer writer) {
    this.writer = writer;
  }

  /**
   * Creates the file, or empties it if it is there.
   *
   * @param file null for none: then events are forgotten
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

  /** Says what time it is, since the epoch. */
  public void now(long nanos) {
    nowNanos = nanos;
  }

  @Override
  public void event(Reason reason, String connection, String text) {
    if (writer == null) {
      return;
    }
    written = true;
    try {
      write(writer, reason, connection, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts what was written since the last time where others can read it. */
  public void flush() {
    if (writer == null || !written) {
      return;
    }
    try {
      writer.flush();
      written = false;
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

  private void write(Writer lines, Reason reason, String connection, String text)
      throws IOException {
    try (JsonGenerator line = json.createGenerator(lines)) {
      line.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      line.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      line.writeStartObject();
      line.writeStringField("time", time());
      line.writeStringField("reason", reason.code());
      line.writeStringField("connection", connection);
      line.writeStringField("text", text);
      line.writeEndObject();
    }
    lines.write('\n');
  }

  private String time() {
    return Instant.ofEpochSecond(
            Math.floorDiv(nowNanos, SECOND_NANOS), Math.floorMod(nowNanos, SECOND_NANOS))
        .toString();
  }
}
