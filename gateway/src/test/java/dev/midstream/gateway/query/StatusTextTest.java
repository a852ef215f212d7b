package dev.midstream.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static JsonNode status(boolean open) {
    ObjectNode status = JsonMapper.builder().build().createObjectNode();
    status.putObject("recording").put("open", open).put("packets", 7).put("bytes", 900);
    return status;
  }

  @Test
  @DisplayName("OWN-3 status shows whether a recording goes on, and its progress")
  void showsTheStateOfARecording() {
    assertThat(StatusText.of(status(true))).contains("recording goes on: packets 7, bytes 900");
    assertThat(StatusText.of(status(false))).contains("recording has ended: packets 7, bytes 900");
  }

  @Test
  @DisplayName("status shows what the kernel forwards, or why it does not")
  void showsTheFastPath() {
    ObjectNode status = JsonMapper.builder().build().createObjectNode();
    assertThat(StatusText.of(status)).noneMatch(line -> line.startsWith("fast path"));
    ObjectNode fast = status.putObject("fast-path").put("state", "on").put("connections", 3);
    fast.put("packets", 70).put("octets", 9_000).put("full", 0);
    fast.putObject("recalls").put("control-bits", 2).put("engine", 1);
    assertThat(StatusText.of(status))
        .contains(
            "fast path on: connections 3, packets 70, octets 9000;"
                + " recalls control-bits 2, engine 1");
    fast.put("state", "off").put("why", "mode is monitor").put("full", 4).put("overtaken", 5);
    fast.put("doubled", 6).put("returned", 7).put("early", 8);
    fast.putObject("recalls");
    assertThat(StatusText.of(status))
        .contains(
            "fast path off (mode is monitor): connections 3, packets 70, octets 9000, full 4, overtaken 5,"
                + " doubled 6, returned 7, early 8;"
                + " recalls none");
  }

  @Test
  @DisplayName("PDP-9 OWN-3 status shows what a node has sent to dispatchers, and what was dropped")
  void showsDispatchers() {
    ObjectNode status = JsonMapper.builder().build().createObjectNode();
    assertThat(StatusText.of(status)).noneMatch(line -> line.startsWith("dispatchers"));
    ObjectNode counters = status.putObject("dispatchers");
    counters.put("sent-frames", 10).put("fenced", 2).put("link-down", 3).put("missed", 0);
    assertThat(StatusText.of(status))
        .contains("dispatchers: sent-frames 10, fenced 2, link-down 3");
  }

  @Test
  @DisplayName("status shows the payload octets that the program has read")
  void showsPayloadOctets() {
    ObjectNode status = JsonMapper.builder().build().createObjectNode();
    status.put("packets", 7).put("octets", 800);
    assertThat(StatusText.of(status))
        .anyMatch(line -> line.startsWith("packets 7, payload octets 800; edits 0;"));
  }

  @Test
  @DisplayName("OWN-3 HDP-18 status shows how many connections are unprotected, if any are")
  void showsUnprotectedConnections() {
    ObjectNode status = JsonMapper.builder().build().createObjectNode();
    ObjectNode connections = status.putObject("connections").put("known", 3).put("opened", 5);
    connections.put("unprotected", 2);
    assertThat(StatusText.of(status))
        .contains("connections 3 known, 5 opened, 2 unprotected; none; none");
    connections.put("unprotected", 0);
    assertThat(StatusText.of(status)).contains("connections 3 known, 5 opened; none; none");
  }
}
