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

  private record Result(int exitCode, String out, String err) {}

  @Test
  @DisplayName("OWN-3 status describes the node")
  void showsStatus() throws Exception {
    try (RunningNode node = new RunningNode()) {
      Result result = run("status", "--admin", node.address());

      assertThat(result.exitCode()).isZero();
      assertThat(result.out().lines())
          .contains(
              "inside veth-a is up: received-frames 21",
              "outside veth-b is up: none",
              "connections 2 known, 2 opened; opening 2; untouched 2")
          .first()
          .asString()
          .startsWith("mode enforce, workers 2, up 0:00:");
      assertThat(result.err()).isEmpty();
    }
  }

  @Test
  @DisplayName("OWN-3 connections prints a table, from the node that the configuration names")
  void showsConnections() throws Exception {
    try (RunningNode node = new RunningNode()) {
      Path config =
          Files.writeString(
              directory.resolve("run.yaml"), "admin: { listen: \"" + node.address() + "\" }");
      Result result = run("connections", "--config", config.toString());

      assertThat(result.exitCode()).isZero();
      assertThat(result.out().lines()).hasSize(4).last().isEqualTo("2 of 2 connections");
      assertThat(result.out())
          .startsWith("CLIENT > SERVER ")
          .containsPattern("10.0.0.1:5001 > 10.0.0.2:80 +opening +untouched +- +default +-/- ");
    }
  }

  @Test
  @DisplayName("OWN-3 a watched table is repeated until the node is gone, which is exit code 1")
  void repeatsTheTableUntilTheNodeEnds() throws Exception {
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
  @DisplayName("OWN-3 a watched table ends with exit code 1 when its output is closed")
  void endsWhenOutputIsClosed() throws Exception {
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
  @DisplayName("OWN-3 with --json the node's response is printed unchanged, on one line")
  void printsJsonUnchanged(String command, String key) throws Exception {
    try (RunningNode node = new RunningNode()) {
      Result result = run(command, "--admin", node.address(), "--json");

      assertThat(result.out().lines()).hasSize(1);
      assertThat(new JsonMapper().readTree(result.out()).path(key).asInt()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @CsvSource({"status", "connections", "connections --watch"})
  @DisplayName("OWN-3 if no node responds, one line says so, and the exit code is 1")
  void reportsMissingNode(String command) throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    Result result = run((command + " --admin 127.0.0.1:" + free).split(" "));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err().lines())
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
  @DisplayName("OWN-3 contradictory options are one line and exit code 2")
  void refusesContradictoryOptions(String options, String problem) {
    Result result = run(("connections " + options).split(" "));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines()).singleElement().asString().contains(problem);
  }

  @Test
  @DisplayName("OWN-3 a configuration without an admin server is one line and exit code 2")
  void refusesConfigurationWithoutAdminServer() throws IOException {
    Path config = Files.writeString(directory.resolve("run.yaml"), "admin: { listen: none }");
    Result result = run("status", "--config", config.toString());

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("admin.listen=none");
  }

  private static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = run(out, err, arguments);
    return new Result(exitCode, out.toString(), err.toString());
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
