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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
  private static final int SLOW_CALLERS = 20;

  /** Less than it takes until slow callers are cut off. */
  private static final int SOON_MILLIS = 3_000;

  @Test
  @DisplayName("OWN-3 status adds up what all workers know, each asked on its own thread")
  void addsUpWorkers() throws Exception {
    try (RunningNode node = new RunningNode()) {
      JsonNode status = json(ask(node, "GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n"));

      assertThat(status.path("mode").asText()).isEqualTo("enforce");
      assertThat(status.path("workers").asInt()).isEqualTo(2);
      assertThat(status.path("uptime-seconds").asDouble()).isPositive();
      assertThat(status.path("packets").asInt()).isEqualTo(2);
      assertThat(status.at("/connections/known").asInt()).isEqualTo(2);
      assertThat(status.at("/connections/states/opening").asInt()).isEqualTo(2);
      assertThat(status.at("/connections/handlings/untouched").asInt()).isEqualTo(2);
      assertThat(status.at("/interfaces/0/name").asText()).isEqualTo("veth-a");
      assertThat(status.at("/interfaces/0/state").asText()).isEqualTo("up");
      assertThat(status.at("/interfaces/0/received-frames").asInt()).isEqualTo(21);
      assertThat(status.at("/interfaces/1/received-frames").asInt()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"/connections, 2", "/connections?most=1, 1", "/connections?most=1000, 2"})
  @DisplayName("OWN-3 connections shows no more than it is asked for, and says how many there are")
  void boundsConnections(String path, int shown) throws Exception {
    try (RunningNode node = new RunningNode()) {
      JsonNode answer = json(ask(node, "GET " + path + " HTTP/1.0\r\n\r\n"));

      assertThat(answer.path("known").asInt()).isEqualTo(2);
      assertThat(answer.path("connections")).hasSize(shown);
      JsonNode first = answer.at("/connections/0");
      assertThat(first.path("ends").asText()).startsWith("10.0.0.1:500");
      assertThat(first.path("rule").asText()).isEqualTo("default");
      assertThat(first.path("agent").isNull()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST /status HTTP/1.0, 405",
    "HEAD /status HTTP/1.0, 405",
    "GET / HTTP/1.0, 404",
    "GET /statusx HTTP/1.0, 404",
    "GET /connections?most=0 HTTP/1.0, 400",
    "GET /connections?most=1001 HTTP/1.0, 400",
    "GET /connections?most=99999999999 HTTP/1.0, 400",
    "GET /connections?least=1 HTTP/1.0, 400"
  })
  @DisplayName("OWN-3 nothing but reading is answered")
  void refusesOtherRequests(String request, String code) throws Exception {
    try (RunningNode node = new RunningNode()) {
      assertThat(ask(node, request + "\r\n\r\n")).startsWith("HTTP/1.1 " + code);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:9400", "10.0.0.1:9400"})
  @DisplayName("OWN-3 a page whose name was made to lead to this host learns nothing")
  void refusesOtherNames(String host) throws Exception {
    try (RunningNode node = new RunningNode()) {
      assertThat(ask(node, "GET /status HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
          .startsWith("HTTP/1.1 403");
    }
  }

  @Test
  @DisplayName("OWN-3 a worker that does not answer is not waited for without end")
  void givesUpOnWorkers() throws Exception {
    try (RunningNode node = new RunningNode()) {
      node.stopWorkers();
      assertThat(ask(node, "GET /status HTTP/1.0\r\n\r\n"))
          .startsWith("HTTP/1.1 503")
          .contains("a worker does not answer");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /sta",
        "GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
        "POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf"
      })
  @DisplayName("OWN-3 callers that say half of what they want keep nobody else waiting")
  void answersBesideSlowCallers(String half) throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (RunningNode node = new RunningNode()) {
      for (int i = 0; i < SLOW_CALLERS; i++) {
        slow.add(call(node, half));
      }
      try (Socket honest = call(node, "GET /status HTTP/1.0\r\n\r\n")) {
        honest.setSoTimeout(SOON_MILLIS);
        assertThat(json(answer(honest)).path("workers").asInt()).isEqualTo(2);
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static String ask(RunningNode node, String request) throws IOException {
    try (Socket socket = call(node, request)) {
      return answer(socket);
    }
  }

  private static Socket call(RunningNode node, String request) throws IOException {
    int port = Integer.parseInt(node.address().replaceAll(".*:", ""));
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static JsonNode json(String answer) throws IOException {
    assertThat(answer).startsWith("HTTP/1.1 200");
    return new JsonMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
  }
}
