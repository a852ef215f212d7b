package dev.midstream.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.gateway.admin.RunningNode;
import dev.midstream.gateway.command.BrokenWriter;
import dev.midstream.gateway.command.MidstreamCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeCommandsTest {
  @TempDir private Path directory;

  private record Told(int exitCode, String out, String err) {}

  @Test
  @DisplayName("OWN-3 status says in words how the node is")
  void showsStatus() throws Exception {
    try (RunningNode node = new RunningNode()) {
      Told told = run("status", "--admin", node.address());

      assertThat(told.exitCode()).isZero();
      assertThat(told.out().lines())
          .contains(
              "inside veth-a is up: received-frames 21",
              "outside veth-b is up: none",
              "connections 2 known, 2 opened; opening 2; untouched 2")
          .first()
          .asString()
          .startsWith("mode enforce, workers 2, up 0:00:");
      assertThat(told.err()).isEmpty();
    }
  }

  @Test
  @DisplayName("OWN-3 connections is a table, as the configuration of the node finds it")
  void showsConnections() throws Exception {
    try (RunningNode node = new RunningNode()) {
      Path config =
          Files.writeString(
              directory.resolve("run.yaml"), "admin: { listen: \"" + node.address() + "\" }");
      Told told = run("connections", "--config", config.toString());

      assertThat(told.exitCode()).isZero();
      assertThat(told.out().lines()).hasSize(4).last().isEqualTo("2 of 2 connections");
      assertThat(told.out())
          .startsWith("CLIENT > SERVER ")
          .containsPattern("10.0.0.1:5001 > 10.0.0.2:80 +opening +untouched +- +default +-/- ");
    }
  }

  @Test
  @DisplayName("OWN-3 a watched table comes again until the node is gone, which is exit code 1")
  void watches() throws Exception {
    StringWriter out = new StringWriter();
    CompletableFuture<Integer> watching;
    try (RunningNode node = new RunningNode()) {
      watching =
          CompletableFuture.supplyAsync(() ->
              run(out, new StringWriter(), "connections", "--watch", "--admin", node.address()));
      long startNanos = System.nanoTime();
      while (out.toString().split("of 2 connections", -1).length < 3) {
        assertThat(System.nanoTime() - startNanos).isLessThan(20_000_000_000L);
        LockSupport.parkNanos(1_000_000);
      }
    }

    assertThat(watching.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(out.toString()).doesNotContain("\033");
  }

  @Test
  @DisplayName("OWN-3 a watched table ends when nobody reads it any more, with exit code 1")
  void endsWhenNobodyReads() throws Exception {
    try (RunningNode node = new RunningNode()) {
      PrintWriter out = new PrintWriter(new BrokenWriter(100));
      StringWriter err = new StringWriter();
      CompletableFuture<Integer> watching =
          CompletableFuture.supplyAsync(
              () -> run(out, err, "connections", "--watch", "--admin", node.address()));

      assertThat(watching.get(10, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(err.toString().lines())
          .singleElement()
          .asString()
          .startsWith("midstream: output cannot be written");
    }
  }

  @ParameterizedTest
  @CsvSource({"status, workers", "connections, known"})
  @DisplayName("OWN-3 with --json the node's answer is one line, as it is")
  void showsJson(String command, String key) throws Exception {
    try (RunningNode node = new RunningNode()) {
      Told told = run(command, "--admin", node.address(), "--json");

      assertThat(told.out().lines()).hasSize(1);
      assertThat(new JsonMapper().readTree(told.out()).path(key).asInt()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"status", "connections", "connections --watch"})
  @DisplayName("OWN-3 where no node answers one line says so, and the exit code is 1")
  void saysThatNobodyAnswers(String command) throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Told told = run((command + " --admin 127.0.0.1:" + free).split(" "));

    assertThat(told.exitCode()).isEqualTo(1);
    assertThat(told.err().lines())
        .singleElement()
        .asString()
        .startsWith("midstream: no node answers, address=127.0.0.1:" + free);
  }

  @ParameterizedTest
  @CsvSource({
    "--admin nonsense, must be host:port",
    "--admin 127.0.0.1:0, a port from 1 on",
    "--most 0 --admin 127.0.0.1:1, must be 1 to 1000",
    "--most 1001 --admin 127.0.0.1:1, must be 1 to 1000",
    "--admin 127.0.0.1:1 --config x, are mutually exclusive"
  })
  @DisplayName("OWN-3 options that cannot be meant are one line, and exit code 2")
  void refusesOptions(String options, String problem) {
    Told told = run(("connections " + options).split(" "));

    assertThat(told.exitCode()).isEqualTo(2);
    assertThat(told.err().lines()).singleElement().asString().contains(problem);
  }

  @Test
  @DisplayName("OWN-3 a configuration that lets nobody answer is one line, and exit code 2")
  void refusesNodeThatDoesNotListen() throws IOException {
    Path config = Files.writeString(directory.resolve("run.yaml"), "admin: { listen: none }");
    Told told = run("status", "--config", config.toString());

    assertThat(told.exitCode()).isEqualTo(2);
    assertThat(told.err()).contains("admin.listen=none");
  }

  private static Told run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = run(out, err, arguments);
    return new Told(exitCode, out.toString(), err.toString());
  }

  private static int run(StringWriter out, StringWriter err, String... arguments) {
    return run(new PrintWriter(out), err, arguments);
  }

  private static int run(PrintWriter out, StringWriter err, String... arguments) {
    return MidstreamCommand.run(
        out,
        new PrintWriter(err),
        Map.of(),
        arguments,
        new StatusCommand(),
        new ConnectionsCommand(false));
  }
}
