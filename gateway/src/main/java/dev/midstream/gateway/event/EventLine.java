package dev.midstream.gateway.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.midstream.agent.Direction;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/** Formats an event as a line: one JSON object in ASCII and a line feed. */
final class EventLine {
  /** The reason of an agent's edit. */
  static final String EDIT = "edit";

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private EventLine() {}

  /** An event of a connection; {@code connection} is empty if it concerns none. */
  static String event(long nowNanos, String code, String connection, String text) {
    return line(
        nowNanos,
        code,
        json -> {
          if (!connection.isEmpty()) {
            json.writeStringField("connection", connection);
          }
          json.writeStringField("text", wellFormed(text));
        });
  }

  /** An edit that an agent decided; in monitor mode it is not carried out. */
  static String edit(
      long nowNanos,
      String connection,
      Direction direction,
      long orgStart,
      int orgLength,
      int newLength,
      boolean carriedOut) {
    return line(
        nowNanos,
        EDIT,
        json -> {
          json.writeStringField("connection", connection);
          json.writeStringField("direction", word(direction));
          json.writeNumberField("offset", orgStart);
          json.writeNumberField("removed", orgLength);
          json.writeNumberField("inserted", newLength);
          json.writeBooleanField("carried-out", carriedOut);
        });
  }

  /** The number of events of one cause that were suppressed. */
  static String suppressed(long nowNanos, String cause, long count) {
    return line(nowNanos, cause, json -> json.writeNumberField("suppressed", count));
  }

  private static String line(long nowNanos, String reason, Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("time", time(nowNanos));
      json.writeStringField("reason", reason);
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.append('\n').toString();
  }

  /**
   * Replaces an unpaired surrogate by "?": no encoding can represent it, and few parsers accept it.
   */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static String time(long nanos) {
    return Instant.ofEpochSecond(
            Math.floorDiv(nanos, SECOND_NANOS), Math.floorMod(nanos, SECOND_NANOS))
        .toString();
  }

  private static String word(Direction direction) {
    return direction.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @FunctionalInterface
  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }
}
