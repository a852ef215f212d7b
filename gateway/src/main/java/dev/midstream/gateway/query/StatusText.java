package dev.midstream.gateway.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A node's status as text. Long lists of counters omit zeros. */
final class StatusText {
  private static final Set<String> NO_COUNTERS = Set.of("name", "side", "state", "open");

  private StatusText() {}

  static List<String> of(JsonNode status) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "mode %s, workers %d, up %s"
            .formatted(
                status.path("mode").asText(),
                status.path("workers").asLong(),
                duration(status.path("uptime-seconds").asLong())));
    for (JsonNode each : status.path("interfaces")) {
      lines.add(
          "%s %s is %s: %s"
              .formatted(
                  each.path("side").asText(),
                  each.path("name").asText(),
                  each.path("state").asText(),
                  counts(each)));
    }
    if (status.has("dispatchers")) {
      lines.add("dispatchers: " + counts(status.path("dispatchers")));
    }
    addTotals(lines, status);
    for (Map.Entry<String, JsonNode> reason : status.path("reasons").properties()) {
      lines.add("  " + reason.getKey() + " " + reason.getValue().asLong());
    }
    return lines;
  }

  private static void addTotals(List<String> lines, JsonNode status) {
    JsonNode connections = status.path("connections");
    lines.add(
        "connections %d known, %d opened%s; %s; %s"
            .formatted(
                connections.path("known").asLong(),
                connections.path("opened").asLong(),
                unprotected(connections),
                counts(connections.path("states")),
                counts(connections.path("handlings"))));
    lines.add(
        "packets %d, payload octets %d; edits %d; octets %d shown, %d removed, %d inserted"
            .formatted(
                status.path("packets").asLong(),
                status.path("octets").asLong(),
                status.path("edits").asLong(),
                status.path("octets-shown").asLong(),
                status.path("octets-removed").asLong(),
                status.path("octets-inserted").asLong()));
    lines.add(
        "octets kept %d, at most %d"
            .formatted(status.path("kept-bytes").asLong(), status.path("peak-bytes").asLong()));
    if (status.has("fast-path")) {
      lines.add(fastPath(status.path("fast-path")));
    }
    if (status.at("/fast-path/on-crash").isObject()) {
      lines.add("on a crash open: " + counts(status.at("/fast-path/on-crash")));
    }
    lines.add("events " + counts(status.path("events")));
    if (status.has("cluster")) {
      lines.addAll(ClusterText.summary(status.path("cluster")));
    }
    if (status.has("recording")) {
      JsonNode recording = status.path("recording");
      String state = recording.path("open").asBoolean() ? "goes on" : "has ended";
      lines.add("recording " + state + ": " + counts(recording));
    }
  }

  private static String fastPath(JsonNode json) {
    String state = json.path("state").asText();
    return "fast path %s%s: connections %d, packets %d, octets %d%s; recalls %s"
        .formatted(
            state,
            json.has("why") ? " (" + json.path("why").asText() + ")" : "",
            json.path("connections").asLong(),
            json.path("packets").asLong(),
            json.path("octets").asLong(),
            ifAny(json, "full")
                + ifAny(json, "overtaken")
                + ifAny(json, "doubled")
                + ifAny(json, "returned")
                + ifAny(json, "early"),
            counts(json.path("recalls")));
  }

  private static String ifAny(JsonNode json, String name) {
    long count = json.path(name).asLong();
    return count == 0 ? "" : ", " + name + " " + count;
  }

  private static String unprotected(JsonNode connections) {
    long count = connections.path("unprotected").asLong();
    return count == 0 ? "" : ", " + count + " unprotected";
  }

  private static String counts(JsonNode json) {
    List<String> words = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : json.properties()) {
      if (!NO_COUNTERS.contains(each.getKey()) && each.getValue().asLong() != 0) {
        words.add(each.getKey() + " " + each.getValue().asLong());
      }
    }
    return words.isEmpty() ? "none" : String.join(", ", words);
  }

  private static String duration(long seconds) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", seconds / 3_600, seconds / 60 % 60, seconds % 60);
  }
}
