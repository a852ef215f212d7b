package dev.midstream.gateway.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a node knows of its cluster, as text. */
final class ClusterText {
  private ClusterText() {}

  /** The node, the members, and how many buckets it has. */
  static List<String> summary(JsonNode cluster) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "cluster %s, node %s at %s is %s%s%s"
            .formatted(
                cluster.path("name").asText(),
                cluster.path("node").asText(),
                cluster.path("address").asText(),
                cluster.path("state").asText(),
                cluster.path("leased").asBoolean() ? ", has a lease" : ", has no lease",
                cluster.path("coordinates").asBoolean() ? ", coordinates" : ""));
    for (JsonNode member : cluster.path("members")) {
      String name = member.has("name") ? text(member, "name") + " at " : "";
      lines.add("  member %s%s %s".formatted(name, text(member, "address"), text(member, "role")));
    }
    JsonNode buckets = cluster.path("buckets");
    lines.add(
        "buckets %d: %d owned, %d open here, %d without owner, %d backed up here, %d unprotected"
            .formatted(
                buckets.path("all").asLong(),
                buckets.path("owned").asLong(),
                buckets.path("open").asLong(),
                buckets.path("without-owner").asLong(),
                buckets.path("backed-up").asLong(),
                buckets.path("unprotected").asLong()));
    lines.add(passed(cluster));
    addStaying(lines, cluster);
    if (cluster.has("tables")) {
      lines.add(tables(cluster.path("tables")));
    }
    return lines;
  }

  private static String passed(JsonNode cluster) {
    return "takeovers %d%s; packets passed on %d, datagrams lost %d, packets given up %d;"
        .concat(" looped frames dropped %d")
        .formatted(
            cluster.path("takeovers").asLong(),
            lastTakeover(cluster),
            cluster.path("redirected").asLong(),
            cluster.path("redirects-lost").asLong(),
            cluster.path("redirects-abandoned").asLong(),
            cluster.path("looped").asLong());
  }

  private static String tables(JsonNode tables) {
    return "common tables are %s%s: %d connections of this node, %d written, %d failed, %d left out"
        .formatted(
            text(tables, "state"),
            tables.has("problem") ? " (" + text(tables, "problem") + ")" : "",
            tables.path("listed").asLong(),
            tables.path("written").asLong(),
            tables.path("failed").asLong(),
            tables.path("left-out").asLong());
  }

  /** A line for each bucket. */
  static List<String> buckets(JsonNode cluster) {
    List<String> lines = new ArrayList<>();
    for (JsonNode bucket : cluster.path("bucket-list")) {
      List<String> backups = new ArrayList<>();
      for (JsonNode backup : bucket.path("backups")) {
        String state = backup.path("complete").asBoolean() ? "" : " (incomplete)";
        backups.add(text(backup, "address") + state);
      }
      lines.add(
          "%d owner %s epoch %d%s%s backups %s%s"
              .formatted(
                  bucket.path("bucket").asInt(),
                  bucket.path("owner").isNull() ? "none" : text(bucket, "owner"),
                  bucket.path("epoch").asLong(),
                  bucket.path("open").asBoolean() ? " open" : "",
                  bucket.path("moves").asBoolean() ? " moves" : "",
                  backups.isEmpty() ? "none" : String.join(", ", backups),
                  bucket.has("staying-at")
                      ? ", connections stay at " + text(bucket, "staying-at")
                      : ""));
    }
    addStaying(lines, cluster);
    return lines;
  }

  private static void addStaying(List<String> lines, JsonNode cluster) {
    long staying = cluster.path("staying").asLong();
    if (staying > 0) {
      lines.add("connections that stay here until they close: " + staying);
    }
  }

  private static String lastTakeover(JsonNode cluster) {
    return cluster.has("takeover-milliseconds")
        ? String.format(
            Locale.ROOT, ", the last in %.1f ms", cluster.path("takeover-milliseconds").asDouble())
        : "";
  }

  private static String text(JsonNode node, String key) {
    return node.path(key).asText();
  }
}
