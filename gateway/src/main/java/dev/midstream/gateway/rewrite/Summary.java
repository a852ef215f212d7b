package dev.midstream.gateway.rewrite;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.capture.CaptureDamage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of a capture, for people or machines.
 *
 * @param packetsIn packets read
 * @param packetsOut packets written
 * @param connections TCP connections seen
 * @param edits edits carried out, or in monitor mode decided
 * @param octetsShown octets agents decided, each once
 * @param octetsRemoved octets that edits took out
 * @param octetsInserted octets that edits put in
 * @param reasons how often each reason was given, without those that never were
 * @param damage where and why the capture ended before its file; null for a whole one
 * @param tookNanos how long the work took
 */
record Summary(
    long packetsIn,
    long packetsOut,
    long connections,
    long edits,
    long octetsShown,
    long octetsRemoved,
    long octetsInserted,
    Map<String, Long> reasons,
    @Nullable String damage,
    long tookNanos) {
  /** The reason for what is not read of a damaged capture. */
  private static final String BAD_INPUT = "bad-input";

  static Summary of(
      Counters counters, long packetsOut, @Nullable CaptureDamage damage, long tookNanos) {
    Map<String, Long> reasons = new TreeMap<>();
    for (Reason reason : Reason.values()) {
      if (counters.of(reason) > 0) {
        reasons.put(reason.code(), counters.of(reason));
      }
    }
    if (damage != null) {
      reasons.put(BAD_INPUT, 1L);
    }
    return new Summary(
        counters.packets(),
        packetsOut,
        counters.connections(),
        counters.edits(),
        counters.shownOctets(),
        counters.removedOctets(),
        counters.insertedOctets(),
        reasons,
        damage == null ? null : damage.line(),
        tookNanos);
  }

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
            packetsIn,
            packetsOut,
            connections,
            edits,
            octetsShown,
            octetsRemoved,
            octetsInserted,
            tookNanos / 1e9));
    reasons.forEach(
        (reason, count) -> text.append(System.lineSeparator() + "  " + reason + " " + count));
    return text.toString();
  }

  private String toJson() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("packets-in", packetsIn);
      json.writeNumberField("packets-out", packetsOut);
      json.writeNumberField("connections", connections);
      json.writeNumberField("edits", edits);
      json.writeNumberField("octets-shown", octetsShown);
      json.writeNumberField("octets-removed", octetsRemoved);
      json.writeNumberField("octets-inserted", octetsInserted);
      json.writeObjectFieldStart("reasons");
      for (Map.Entry<String, Long> reason : reasons.entrySet()) {
        json.writeNumberField(reason.getKey(), reason.getValue());
      }
      json.writeEndObject();
      if (damage != null) {
        json.writeStringField("damage", damage);
      }
      json.writeNumberField("seconds", tookNanos / 1e9);
      json.writeEndObject();
    }
    return text.toString();
  }
}
