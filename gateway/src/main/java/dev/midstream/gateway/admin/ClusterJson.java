package dev.midstream.gateway.admin;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a node knows of its cluster, as JSON. */
final class ClusterJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ClusterJson() {}

  /** All but the single buckets. */
  static ObjectNode summary(ClusterStatus status) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("name", status.cluster());
    json.put("node", status.node());
    json.put("address", status.address());
    json.put("state", status.state().name().toLowerCase(Locale.ROOT));
    json.put("leased", status.leased());
    json.put("coordinates", status.coordinates());
    ArrayNode members = json.putArray("members");
    for (ClusterStatus.Member member : status.members()) {
      ObjectNode each = members.addObject();
      if (member.name() != null) {
        each.put("name", member.name());
      }
      each.put("address", member.address()).put("role", member.role());
    }
    ObjectNode buckets = json.putObject("buckets");
    bucketCounts(status).forEach(buckets::put);
    json.put("takeovers", status.takeovers());
    if (status.takeoverMillis() >= 0) {
      json.put("takeover-milliseconds", status.takeoverMillis());
    }
    json.put("staying", status.staying());
    json.put("redirected", status.passed().redirected());
    json.put("redirects-lost", status.passed().lost());
    json.put("redirects-abandoned", status.passed().abandoned());
    json.put("looped", status.passed().looped());
    return json;
  }

  /** How many buckets there are, and how many of which kind. */
  static Map<String, Long> bucketCounts(ClusterStatus status) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("all", (long) status.buckets().size());
    counts.put("owned", count(status, status.address()));
    counts.put("open", status.buckets().stream().filter(ClusterStatus.Bucket::open).count());
    counts.put("without-owner", count(status, null));
    counts.put("backed-up", backedUp(status));
    counts.put("unprotected", unprotected(status));
    return counts;
  }

  /** All of it. */
  static ObjectNode whole(ClusterStatus status) {
    ObjectNode json = summary(status);
    ArrayNode buckets = json.putArray("bucket-list");
    for (ClusterStatus.Bucket bucket : status.buckets()) {
      ObjectNode each = buckets.addObject();
      each.put("bucket", bucket.bucket());
      each.put("owner", bucket.owner());
      each.put("epoch", bucket.epoch());
      each.put("open", bucket.open());
      each.put("moves", bucket.moves());
      if (bucket.staying() != null) {
        each.put("staying-at", bucket.staying());
      }
      ArrayNode backups = each.putArray("backups");
      for (ClusterStatus.Backup backup : bucket.backups()) {
        backups.addObject().put("address", backup.address()).put("complete", backup.complete());
      }
    }
    return json;
  }

  /** The state of the common tables. */
  static ObjectNode tables(TablesStatus status) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("state", status.state().name().toLowerCase(Locale.ROOT));
    if (status.problem() != null) {
      json.put("problem", status.problem());
    }
    json.put("listed", status.listed());
    json.put("written", status.written());
    json.put("removed", status.removed());
    json.put("failed", status.failed());
    json.put("dropped", status.dropped());
    json.put("left-out", status.untracked());
    return json;
  }

  /** The response to {@code /connections?all}. */
  static ObjectNode connections(CommonConnections all) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("known", all.known());
    ArrayNode connections = json.putArray("connections");
    for (CommonConnections.Each each : all.latest()) {
      ObjectNode one = connections.addObject();
      one.put("ends", each.ends());
      one.put("node", each.node());
      one.put("address", each.address());
      one.put("bucket", each.bucket());
      one.put("phase", each.phase());
      one.put("rule", each.rule());
      one.put("agent", each.agent());
      one.put("client-octets", each.clientOctets());
      one.put("server-octets", each.serverOctets());
      one.put("since", Instant.ofEpochMilli(each.sinceMillis()).toString());
    }
    ArrayNode expected = json.putArray("expected");
    for (CommonConnections.Expected each : all.expected()) {
      ObjectNode one = expected.addObject();
      one.put("ends", each.ends());
      one.put("node", each.node());
      one.put("address", each.address());
      one.put("bucket", each.bucket());
      one.put("rule", each.rule());
      one.put("opened", each.opened());
      one.put("connections", each.connections());
    }
    return json;
  }

  private static long count(ClusterStatus status, @Nullable String owner) {
    return status.buckets().stream().filter(each -> Objects.equals(each.owner(), owner)).count();
  }

  /** The buckets of other nodes that this one could go on with. */
  private static long backedUp(ClusterStatus status) {
    return status.buckets().stream()
        .filter(bucket ->
            bucket.backups().stream()
                .anyMatch(each -> each.complete() && each.address().equals(status.address())))
        .count();
  }

  /** The buckets with an owner that no other node could go on with. */
  private static long unprotected(ClusterStatus status) {
    return status.buckets().stream()
        .filter(bucket ->
            bucket.owner() != null
                && bucket.backups().stream().noneMatch(ClusterStatus.Backup::complete))
        .count();
  }
}
