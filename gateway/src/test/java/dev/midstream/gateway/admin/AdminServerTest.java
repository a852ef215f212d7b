package dev.midstream.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final int SLOW_CLIENTS = 20;
  private static final int IDLE_CLIENTS = 1_000;

  /** Less than the time after which slow clients are disconnected. */
  private static final int RESPONSE_TIMEOUT_MILLIS = 3_000;

  @Test
  @DisplayName("OWN-3 status combines the state of all workers, each read on its own thread")
  void combinesAllWorkers() throws Exception {
    try (RunningNode node = new RunningNode()) {
      JsonNode status = json(request(node, "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n"));

      assertThat(status.path("mode").asText()).isEqualTo("enforce");
      assertThat(status.path("workers").asInt()).isEqualTo(2);
      assertThat(status.path("uptime-seconds").asDouble()).isPositive();
      assertThat(status.path("packets").asInt()).isEqualTo(2);
      assertThat(status.path("octets").asInt(-1)).as("of two SYNs").isZero();
      assertThat(status.at("/connections/known").asInt()).isEqualTo(2);
      assertThat(status.at("/connections/unprotected").isInt()).isTrue();
      assertThat(status.at("/connections/states/opening").asInt()).isEqualTo(2);
      assertThat(status.at("/connections/handlings/untouched").asInt()).isEqualTo(2);
      assertThat(status.at("/interfaces/0/name").asText()).isEqualTo("veth-a");
      assertThat(status.at("/interfaces/0/state").asText()).isEqualTo("up");
      assertThat(status.at("/interfaces/0/received-frames").asInt()).isEqualTo(21);
      assertThat(status.at("/interfaces/1/received-frames").asInt()).isZero();
      assertThat(status.has("dispatchers")).isFalse();
    }
  }

  @Test
  @DisplayName("PDP-9 OWN-3 a node behind dispatchers shows what was dropped on the way to them")
  void showsDropsWithoutInterfaces() throws Exception {
    try (RunningNode node = RunningNode.withoutInterfaces()) {
      JsonNode status = json(request(node, "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n"));

      assertThat(status.path("interfaces")).isEmpty();
      assertThat(status.at("/dispatchers/fenced").asInt()).isEqualTo(6);
      assertThat(status.at("/dispatchers/link-down").asInt()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"/connections, 2", "/connections?most=1, 1", "/connections?most=1000, 2"})
  @DisplayName("OWN-3 connections returns at most the requested number, and the total")
  void limitsConnections(String path, int shown) throws Exception {
    try (RunningNode node = new RunningNode()) {
      JsonNode response = json(request(node, "GET " + path + " HTTP/1.0\r\n\r\n"));

      assertThat(response.path("known").asInt()).isEqualTo(2);
      assertThat(response.path("connections")).hasSize(shown);
      JsonNode first = response.at("/connections/0");
      assertThat(first.path("ends").asText()).startsWith("10.0.0.1:500");
      assertThat(first.path("rule").asText()).isEqualTo("default");
      assertThat(first.path("agent").isNull()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST /status HTTP/1.0, 405",
    "HEAD /status HTTP/1.0, 405",
    "POST /cluster HTTP/1.0, 405",
    "POST /cluster/drain HTTP/1.0, 403",
    "GET /cluster HTTP/1.0, 404",
    "GET / HTTP/1.0, 404",
    "GET /statusx HTTP/1.0, 404",
    "GET /connections?most=0 HTTP/1.0, 400",
    "GET /connections?most=1001 HTTP/1.0, 400",
    "GET /connections?most=99999999999 HTTP/1.0, 400",
    "GET /connections?least=1 HTTP/1.0, 400"
  })
  @DisplayName("OWN-3 other methods, orders that a page could send, and unknown paths are refused")
  void refusesOtherRequests(String request, String code) throws Exception {
    try (RunningNode node = new RunningNode()) {
      assertThat(request(node, request + "\r\n\r\n")).startsWith("HTTP/1.1 " + code);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:9400", "10.0.0.1:9400"})
  @DisplayName("OWN-3 rejects DNS rebinding: a foreign Host header gets 403")
  void refusesForeignHostHeaders(String host) throws Exception {
    try (RunningNode node = new RunningNode()) {
      assertThat(request(node, "GET /status HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
          .startsWith("HTTP/1.1 403");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /status HTTP/1.1\r\n",
        "GET /status HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n",
        "GET /status HTTP/1.1\r\nHost: localhost\r\nhost: evil.example\r\n",
        "GET /status HTTP/1.0\r\nHost: localhost\r\nHost: evil.example\r\n",
        "GET /status HTTP/1.1\r\nHost: localhost\r\n : x\r\n",
        "GET /status HTTP/1.1\r\nHost : localhost\r\n",
        "GET /status HTTP/1.1\r\nHost: localhost\r\n folded\r\n",
        "GET /status HTTP/1.1\r\nHost: local\rhost\r\n",
        "GET /status HTTP/2.0\r\nHost: localhost\r\n",
        "GET  /status HTTP/1.1\r\nHost: localhost\r\n",
        "GET /status\r\n"
      })
  @DisplayName("OWN-3 requests that programs may read in different ways get 400")
  void refusesAmbiguousRequests(String head) throws Exception {
    try (RunningNode node = new RunningNode()) {
      assertThat(request(node, head + "\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }
  }

  @Test
  @DisplayName("OWN-3 a request of more than 8 KiB gets 400, also if its end never comes")
  void refusesLongRequests() throws Exception {
    try (RunningNode node = new RunningNode()) {
      assertThat(request(node, "GET /status HTTP/1.1\r\nX: " + "x".repeat(20_000)))
          .startsWith("HTTP/1.1 400");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost/status, 200",
    "HTTP://[::1]:9400/status?x, 200",
    "http://evil.example/status, 403",
    "http://localhost, 404",
    "//localhost/status, 404"
  })
  @DisplayName("OWN-3 a target may name the host, which must be this one too")
  void checksTheHostOfTheTarget(String target, String code) throws Exception {
    try (RunningNode node = new RunningNode()) {
      assertThat(request(node, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .startsWith("HTTP/1.1 " + code);
    }
  }

  @Test
  @DisplayName("OWN-3 a thousand clients that send nothing delay no other")
  void servesOthersBesideIdleClients() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try (RunningNode node = new RunningNode()) {
      for (int i = 0; i < IDLE_CLIENTS; i++) {
        idle.add(connect(node, ""));
      }
      try (Socket honest = connect(node, "GET /status HTTP/1.0\r\n\r\n")) {
        honest.setSoTimeout(RESPONSE_TIMEOUT_MILLIS);
        assertThat(json(response(honest)).path("workers").asInt()).isEqualTo(2);
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  @Test
  @DisplayName("OWN-3 a worker that does not respond causes 503 after a timeout")
  @Tag("slow")
  void timesOutOnAStoppedWorker() throws Exception {
    try (RunningNode node = new RunningNode()) {
      node.stopWorkers();
      assertThat(request(node, "GET /status HTTP/1.0\r\n\r\n"))
          .startsWith("HTTP/1.1 503")
          .contains("a worker does not answer\"");
    }
  }

  @Test
  @DisplayName("C-74 the answer for a worker that waits for its agent names that agent")
  @Tag("slow")
  void namesTheAgentThatAWorkerWaitsFor() throws Exception {
    List<String> calls = List.of("worker=0 agent=first seconds=3", "worker=1 agent=next seconds=4");
    try (RunningNode node = new RunningNode(calls)) {
      node.stopWorkers();
      assertThat(request(node, "GET /connections HTTP/1.0\r\n\r\n"))
          .startsWith("HTTP/1.1 503")
          .contains(
              "{\"error\":\"a worker does not answer, an agent is slow,"
                  + " worker=0 agent=first seconds=3; worker=1 agent=next seconds=4\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /sta",
        "GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
        "POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf"
      })
  @DisplayName("OWN-3 clients with incomplete requests delay no others")
  @Tag("slow")
  void servesOthersBesideSlowClients(String half) throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (RunningNode node = new RunningNode()) {
      for (int i = 0; i < SLOW_CLIENTS; i++) {
        slow.add(connect(node, half));
      }
      try (Socket honest = connect(node, "GET /status HTTP/1.0\r\n\r\n")) {
        honest.setSoTimeout(RESPONSE_TIMEOUT_MILLIS);
        assertThat(json(response(honest)).path("workers").asInt()).isEqualTo(2);
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static String request(RunningNode node, String request) throws IOException {
    try (Socket socket = connect(node, request)) {
      return response(socket);
    }
  }

  private static Socket connect(RunningNode node, String request) throws IOException {
    int port = Integer.parseInt(node.address().replaceAll(".*:", ""));
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String response(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static JsonNode json(String response) throws IOException {
    assertThat(response).startsWith("HTTP/1.1 200");
    return new JsonMapper().readTree(response.substring(response.indexOf("\r\n\r\n")));
  }
}
