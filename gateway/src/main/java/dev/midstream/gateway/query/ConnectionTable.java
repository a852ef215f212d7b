package dev.midstream.gateway.query;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.gateway.command.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Connections as a table. A pair "a/b" holds a number of the client's stream and one of the
 * server's.
 */
final class ConnectionTable {
  private static final List<String> HEAD =
      List.of(
          "CLIENT > SERVER",
          "STATE",
          "HANDLING",
          "AGENT",
          "RULE",
          "OCTETS IN",
          "OCTETS OUT",
          "EDITS",
          "SHIFT",
          "HELD",
          "DELAYED",
          "FAST",
          "SILENT",
          "REASONS");

  private ConnectionTable() {}

  static List<String> of(JsonNode answer) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (JsonNode connection : answer.path("connections")) {
      rows.add(row(connection));
    }
    List<String> lines = Columns.lines(rows);
    lines.add("%d of %d connections".formatted(rows.size() - 1, answer.path("known").asLong()));
    return lines;
  }

  private static List<String> row(JsonNode connection) {
    return List.of(
        connection.path("ends").asText(),
        connection.path("state").asText(),
        connection.path("handling").asText(),
        connection.path("agent").isTextual() ? connection.path("agent").asText() : "-",
        connection.path("rule").asText(),
        both(connection, "octets-in"),
        both(connection, "octets-out"),
        both(connection, "edits"),
        both(connection, "shift"),
        both(connection, "held-bytes"),
        both(connection, "delayed-bytes"),
        fast(connection.path("fast-path")),
        String.format(Locale.ROOT, "%.1f s", connection.path("silent-seconds").asDouble()),
        reasons(connection.path("reasons")));
  }

  private static String fast(JsonNode counts) {
    return counts.isObject()
        ? counts.path("client-octets").asLong() + "/" + counts.path("server-octets").asLong()
        : "-";
  }

  private static String reasons(JsonNode counts) {
    return counts.properties().stream()
        .map(count -> count.getKey() + " " + count.getValue().asLong())
        .collect(Collectors.joining(", "));
  }

  private static String both(JsonNode connection, String key) {
    return number(connection.path("client-to-server"), key)
        + "/"
        + number(connection.path("server-to-client"), key);
  }

  private static String number(JsonNode stream, String key) {
    return stream.has(key) ? Long.toString(stream.path(key).asLong()) : "-";
  }
}
