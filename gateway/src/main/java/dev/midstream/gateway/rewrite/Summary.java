package dev.midstream.gateway.rewrite;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.wire.capture.CaptureDamage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The summary of a rewritten capture, as text or JSON.
 *
 * @param counters the engine's
 * @param packetsOut packets written
 * @param damage where and why the capture ended early; null if it is whole
 * @param tookNanos duration of the work
 */
record Summary(Counters counters, long packetsOut, @Nullable CaptureDamage damage, long tookNanos) {
  /** The reason of packets that a damaged capture withholds. */
  private static final String BAD_INPUT = "bad-input";

  void print(PrintWriter out, boolean json) throws IOException {
    out.println(json ? toJson() : toText());
    out.flush();
  }

  private String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "midstream: packets %d in, %d out; connections %d; edits %d; octets %d shown, %d"
                + " removed, %d inserted; %.3f s",
            counters.packets(),
            packetsOut,
            counters.connections(),
            counters.edits(),
            counters.decidedOctets(),
            counters.removedOctets(),
            counters.insertedOctets(),
            tookNanos / 1e9));
    reasons()
        .forEach(
            (reason, count) -> text.append(System.lineSeparator() + "  " + reason + " " + count));
    return text.toString();
  }

  private String toJson() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("packets-in", counters.packets());
      json.writeNumberField("packets-out", packetsOut);
      json.writeNumberField("connections", counters.connections());
      json.writeNumberField("edits", counters.edits());
      json.writeNumberField("octets-shown", counters.decidedOctets());
      json.writeNumberField("octets-removed", counters.removedOctets());
      json.writeNumberField("octets-inserted", counters.insertedOctets());
      json.writeObjectFieldStart("reasons");
      for (Map.Entry<String, Long> reason : reasons().entrySet()) {
        json.writeNumberField(reason.getKey(), reason.getValue());
      }
      json.writeEndObject();
      if (damage != null) {
        json.writeStringField("damage", damage.line());
      }
      json.writeNumberField("seconds", tookNanos / 1e9);
      json.writeEndObject();
    }
    return text.toString();
  }

  /** How often each reason was given, omitting zeros. */
  private Map<String, Long> reasons() {
    Map<String, Long> reasons = counters.byCode();
    if (damage != null) {
      reasons.put(BAD_INPUT, 1L);
    }
    return reasons;
  }
}
