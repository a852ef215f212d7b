package dev.midstream.gateway.admin;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.fastpath.NodeFastPath;
import dev.midstream.gateway.record.Recording;
import dev.midstream.reassembly.fastpath.FastTraffic;
import dev.midstream.reassembly.status.ConnectionStatus;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.FastPathStatus;
import dev.midstream.reassembly.status.StreamStatus;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The node's state as JSON. Keys are lower-case words and end with their unit. */
final class NodeJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private NodeJson() {}

  /** The response to {@code /status}. */
  static ObjectNode status(Node node, EngineStatus all) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("mode", word(node.mode()));
    json.put("uptime-seconds", node.uptimeSeconds());
    json.put("workers", node.workers().size());
    ArrayNode interfaces = json.putArray("interfaces");
    if (node.interfaces().areNone()) {
      putCounters(json.putObject("dispatchers"), node, Leg.values());
    } else {
      for (Leg leg : Leg.values()) {
        interfaces.add(leg(node, leg));
      }
    }
    json.put("packets", all.packets());
    json.put("octets", all.octets());
    ObjectNode connections = json.putObject("connections");
    connections.put("known", all.connections());
    connections.put("opened", all.opened());
    connections.put("unprotected", all.unprotected());
    putCounts(connections.putObject("states"), all.states());
    putCounts(connections.putObject("handlings"), all.handlings());
    json.put("edits", all.edits());
    json.put("octets-shown", all.decidedOctets());
    json.put("octets-removed", all.removedOctets());
    json.put("octets-inserted", all.insertedOctets());
    json.put("kept-bytes", all.keptBytes());
    json.put("peak-bytes", all.peakBytes());
    putFastPath(json, node.fastPath(), all.fastPath());
    putReasons(json, all.reasons());
    putEvents(json, node.events());
    Recording.Status status = node.recording();
    if (status != null) {
      ObjectNode recording = json.putObject("recording");
      recording.put("open", status.open());
      recording.put("packets", status.packets());
      recording.put("bytes", status.bytes());
      recording.put("lost", status.lost());
    }
    return json;
  }

  private static void putEvents(ObjectNode all, EventJournal.Counts counts) {
    ObjectNode events = all.putObject("events");
    events.put("written", counts.written());
    events.put("suppressed", counts.suppressed());
    events.put("lost", counts.lost());
  }

  /** Adds what is known of the fast path; nothing if it is not wanted. */
  static void putFastPath(
      ObjectNode all, NodeFastPath.@Nullable State state, FastPathStatus engines) {
    if (state == null) {
      return;
    }
    ObjectNode json = all.putObject("fast-path");
    json.put("state", state.why().isEmpty() ? "on" : "off");
    if (!state.why().isEmpty()) {
      json.put("why", state.why());
    }
    json.put("connections", engines.connections());
    json.put("packets", state.packets());
    json.put("octets", state.octets());
    json.put("full", engines.full());
    json.put("overtaken", engines.overtaken());
    json.put("doubled", state.doubled());
    json.put("returned", state.returned());
    json.put("early", state.early());
    NodeFastPath.Open open = state.open();
    if (open != null) {
      json.putObject("on-crash")
          .put("adopted", open.adopted())
          .put("lost", open.lost())
          .put("silent-packets", open.silentPackets())
          .put("unguarded", engines.unguarded());
    }
    ObjectNode recalls = json.putObject("recalls");
    engines
        .recalls()
        .forEach((reason, count) ->
            recalls.put(reason == RecallReason.NONE ? "engine" : word(reason), count));
  }

  /** The response to {@code /connections}: the most recently active connections. */
  static ObjectNode connections(EngineStatus all) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("known", all.connections());
    ArrayNode connections = json.putArray("connections");
    for (ConnectionStatus connection : all.recent()) {
      connections.add(connection(connection));
    }
    putReasons(json, all.reasons());
    return json;
  }

  /** The response to an order. */
  static ObjectNode empty() {
    return MAPPER.createObjectNode();
  }

  /** The response to a bad request. */
  static ObjectNode error(String message) {
    return MAPPER.createObjectNode().put("error", message);
  }

  private static ObjectNode leg(Node node, Leg leg) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("name", node.interfaces().name(leg));
    json.put("side", word(leg));
    json.put("state", word(node.interfaces().state(leg)));
    putCounters(json, node, leg);
    return json;
  }

  /** What all workers have counted on these legs together. */
  private static void putCounters(ObjectNode json, Node node, Leg... legs) {
    for (LegCounter counter : LegCounter.values()) {
      long sum = 0;
      for (Leg leg : legs) {
        sum += node.workers().stream().mapToLong(each -> each.counters(leg).get(counter)).sum();
      }
      json.put(word(counter), sum);
    }
  }

  private static ObjectNode connection(ConnectionStatus connection) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("ends", connection.ends());
    json.put("state", word(connection.state()));
    json.put("handling", word(connection.handling()));
    json.put("rule", connection.rule());
    json.put("agent", connection.agent());
    json.put("silent-seconds", connection.silentNanos() / 1e9);
    json.set("client-to-server", stream(connection.clientToServer()));
    json.set("server-to-client", stream(connection.serverToClient()));
    FastTraffic fast = connection.fast();
    if (fast != null) {
      ObjectNode counts = json.putObject("fast-path");
      counts.put("client-packets", fast.clientPackets());
      counts.put("client-octets", fast.clientOctets());
      counts.put("server-packets", fast.serverPackets());
      counts.put("server-octets", fast.serverOctets());
    }
    putReasons(json, connection.reasons());
    return json;
  }

  private static @Nullable ObjectNode stream(@Nullable StreamStatus stream) {
    if (stream == null) {
      return null;
    }
    ObjectNode json = MAPPER.createObjectNode();
    json.put("octets-in", stream.orgOctets());
    json.put("octets-out", stream.newOctets());
    json.put("edits", stream.edits());
    json.put("shift", stream.shift());
    json.put("held-bytes", stream.heldBytes());
    json.put("delayed-bytes", stream.delayedBytes());
    json.put("waiting-bytes", stream.waitingBytes());
    json.put("owed-bytes", stream.owedBytes());
    return json;
  }

  private static void putReasons(ObjectNode json, Map<String, Long> counts) {
    ObjectNode reasons = json.putObject("reasons");
    counts.forEach((code, count) -> reasons.put(code, count));
  }

  private static void putCounts(ObjectNode json, Map<? extends Enum<?>, Long> counts) {
    counts.forEach((key, count) -> json.put(word(key), count));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
