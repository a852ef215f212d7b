package dev.midstream.gateway.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/** Writes single events as JSON objects of one line each in ASCII, their line ends included. */
final class EventLine {
  /** What stands for the reason where an agent edits. */
  static final String EDIT = "edit";

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private EventLine() {}

  /** Something happened to a connection, if one is named. */
  static String event(long nowNanos, Reason reason, String connection, String text) {
    return line(
        nowNanos,
        reason.code(),
        json -> {
          if (!connection.isEmpty()) {
            json.writeStringField("connection", connection);
          }
          json.writeStringField("text", wellFormed(text));
        });
  }

  /** An agent edits, or would. */
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

  /** So many events of one cause were left out. */
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

  /** Half a pair of surrogates, which no encoding has and few readers take, becomes a "?". */
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
