package dev.midstream.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.midstream.gateway.command.MidstreamCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@code drain} says of a node that hands its buckets over, and of one that ends before. */
class DrainCommandTest {
  private static final String BUSY = "";

  private final Deque<String> answers = new ArrayDeque<>();
  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  DrainCommandTest() throws IOException {
    server.createContext("/cluster", this::answer);
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  /** Says what is next; nothing listens any more after the last answer. */
  private void answer(HttpExchange exchange) throws IOException {
    boolean isOrder = exchange.getRequestMethod().equals("POST");
    String next = isOrder ? "{}" : answers.remove();
    byte[] octets =
        (next.isEmpty() ? "{\"error\":\"busy\"}" : next).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(next.isEmpty() ? 503 : 200, octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
    if (answers.isEmpty()) {
      Thread ignored = Thread.ofVirtual().start(() -> server.stop(0)); // not within a call of it
    }
  }

  private static String cluster(String state, int owned, int staying) {
    return "{\"state\":\"%s\",\"buckets\":{\"owned\":%d},\"staying\":%d}"
        .formatted(state, owned, staying);
  }

  private int drain(String... says) {
    answers.addAll(List.of(says));
    return drainWithin("10m");
  }

  private int drainWithin(String timeout) {
    String address = "127.0.0.1:" + server.getAddress().getPort();
    return MidstreamCommand.run(
        new PrintWriter(out),
        new PrintWriter(err),
        Map.of(),
        new String[] {"drain", "--timeout", timeout, "--admin", address},
        new DrainCommand());
  }

  @Test
  @DisplayName("PDP-7 drain says what is left, and that the node has left once it says so")
  void hasLeft() {
    assertThat(drain(cluster("draining", 3, 0), cluster("draining", 0, 2), cluster("left", 0, 0)))
        .isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "buckets left 3", "buckets left 0, connections that stay 2", "the node has left");
  }

  @Test
  @DisplayName("PDP-7 drain fails if the node is gone while it has buckets or connections")
  void hasEnded() {
    assertThat(drain(cluster("draining", 3, 0), cluster("draining", 0, 2))).isEqualTo(1);
    assertThat(out.toString()).doesNotContain("has left");
    assertThat(err.toString())
        .contains(
            "ended before it had handed everything over, buckets left 0, connections that stay 2");
  }

  @Test
  @DisplayName("PDP-7 drain ends well if the node is gone after it had nothing left")
  void hasEndedEmpty() {
    assertThat(drain(cluster("draining", 1, 0), cluster("draining", 0, 0))).isZero();
    assertThat(out.toString().lines()).last().isEqualTo("the node has ended, and had nothing left");
  }

  @Test
  @DisplayName("PDP-7 drain waits for a node that is busy")
  void isBusy() {
    assertThat(drain(cluster("draining", 1, 0), BUSY, BUSY, cluster("left", 0, 0))).isZero();
    assertThat(out.toString().lines()).last().isEqualTo("the node has left");
  }

  @Test
  @DisplayName("PDP-7 drain that ends by time says what is left, and why the node is silent")
  void isTooLate() {
    answers.add(cluster("draining", 3, 0));
    answers.addAll(Collections.nCopies(100, BUSY));
    assertThat(drainWithin("500ms")).isEqualTo(1);
    assertThat(err.toString())
        .contains("--timeout=500ms, buckets left 3; it does not answer: ", "busy");
  }
}
