package dev.midstream.gateway.query;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.gateway.command.Columns;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections of all nodes as a table. A pair "a/b" is of the client and of the server. Those
 * that are expected come last, with how many of them were opened.
 */
final class CommonTable {
  private static final List<String> HEAD =
      List.of(
          "CLIENT > SERVER", "NODE", "BUCKET", "PHASE", "AGENT", "RULE", "OCTETS", "OPEN SINCE");

  private CommonTable() {}

  static List<String> of(JsonNode answer) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (JsonNode each : answer.path("connections")) {
      rows.add(
          List.of(
              each.path("ends").asText(),
              each.path("node").asText(),
              each.path("bucket").asText(),
              each.path("phase").asText(),
              each.path("agent").isTextual() ? each.path("agent").asText() : "-",
              each.path("rule").asText(),
              each.path("client-octets").asText() + "/" + each.path("server-octets").asText(),
              each.path("since").asText()));
    }
    int listed = rows.size() - 1;
    for (JsonNode each : answer.path("expected")) {
      rows.add(
          List.of(
              each.path("ends").asText(),
              each.path("node").asText(),
              each.path("bucket").asText(),
              "expected",
              "-",
              each.path("rule").asText(),
              each.path("opened").asText() + " of " + each.path("connections").asText(),
              "-"));
    }
    List<String> lines = Columns.lines(rows);
    lines.add("%d of %d connections".formatted(listed, answer.path("known").asLong()));
    return lines;
  }
}
