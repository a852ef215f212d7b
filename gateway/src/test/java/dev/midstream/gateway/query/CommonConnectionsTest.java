package dev.midstream.gateway.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.gateway.admin.ClusterFigures;
import dev.midstream.gateway.admin.ClusterHandle;
import dev.midstream.gateway.admin.ClusterStatus;
import dev.midstream.gateway.admin.CommonConnections;
import dev.midstream.gateway.admin.RunningNode;
import dev.midstream.gateway.admin.TablesStatus;
import dev.midstream.gateway.command.MidstreamCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code connections --all}, and what {@code status} says of the common tables. */
class CommonConnectionsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** A node of a cluster that knows two connections, and shows the latest. */
  private static final class Cluster implements ClusterHandle {
    private TablesStatus tables =
        new TablesStatus(TablesStatus.State.READY, null, 2, 9, 3, 1, 0, 4);
    private final List<String> moves = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<ClusterStatus> status() {
      return CompletableFuture.completedFuture(
          new ClusterStatus(
              "c",
              "n1",
              "10.9.0.1:7800",
              ClusterStatus.State.MEMBER,
              true,
              true,
              List.of(
                  new ClusterStatus.Member("n1", "10.9.0.1:7800", "active"),
                  new ClusterStatus.Member(null, "10.9.0.2:7800", "standby")),
              List.of(),
              0,
              -1,
              0,
              new ClusterStatus.Passed(0, 0, 0, 0),
              ClusterFigures.NONE));
    }

    @Override
    public CompletableFuture<Optional<String>> drain(boolean stays) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Optional<String>> move(int bucket, String to) {
      moves.add(bucket + " to " + to);
      return CompletableFuture.completedFuture(
          to.equals("n9")
              ? Optional.of("no member is known by this name or address, node=n9")
              : Optional.empty());
    }

    @Override
    public TablesStatus tables() {
      return tables;
    }

    @Override
    public CommonConnections connections(int limit) throws IOException {
      if (tables.problem() != null) {
        throw new IOException("the common tables are not ready, " + tables.problem());
      }
      return new CommonConnections(
          2,
          List.of(
              new CommonConnections.Each(
                  "10.0.0.1:40000 > 10.0.0.2:80",
                  "n2",
                  "10.9.0.2:7800",
                  limit,
                  "established",
                  "web",
                  null,
                  10,
                  20,
                  1_790_000_000_000L)),
          List.of(
              new CommonConnections.Expected(
                  "10.0.0.1:* > 10.0.0.2:50000", "n2", "10.9.0.2:7800", 9, "data", 0, 1)));
    }
  }

  private int run(RunningNode node, String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--admin";
    all[arguments.length + 1] = node.address();
    return MidstreamCommand.run(
        new PrintWriter(out),
        new PrintWriter(err),
        Map.of(),
        all,
        new StatusCommand(),
        new BucketsCommand(),
        new ConnectionsCommand(false));
  }

  @Test
  @DisplayName("HSI-1 OWN-3 connections --all prints a table of the connections of all nodes")
  void printsATable() throws Exception {
    try (RunningNode node = new RunningNode(new Cluster())) {
      assertThat(run(node, "connections", "--all", "--most", "7")).isZero();
    }
    assertThat(out.toString().lines())
        .containsExactly(
            "CLIENT > SERVER               NODE  BUCKET  PHASE        AGENT  RULE  OCTETS"
                + "  OPEN SINCE",
            "10.0.0.1:40000 > 10.0.0.2:80  n2    7       established  -      web   10/20 "
                + "  2026-09-21T14:13:20Z",
            "10.0.0.1:* > 10.0.0.2:50000   n2    9       expected     -      data  0 of 1" + "  -",
            "1 of 2 connections");
  }

  @Test
  @DisplayName("HSI-1 OWN-3 connections --all --json prints the node's response")
  void printsJson() throws Exception {
    try (RunningNode node = new RunningNode(new Cluster())) {
      assertThat(run(node, "connections", "--all", "--json")).isZero();
    }
    JsonNode json = new JsonMapper().readTree(out.toString());
    assertThat(json.path("known").asInt()).isEqualTo(2);
    assertThat(json.path("connections").path(0).toString())
        .isEqualTo(
            "{\"ends\":\"10.0.0.1:40000 > 10.0.0.2:80\",\"node\":\"n2\","
                + "\"address\":\"10.9.0.2:7800\",\"bucket\":100,\"phase\":\"established\","
                + "\"rule\":\"web\",\"agent\":null,\"client-octets\":10,\"server-octets\":20,"
                + "\"since\":\"2026-09-21T14:13:20Z\"}");
  }

  @Test
  @DisplayName("HSI-1 tables that are not ready are one line and exit code 1; status says why")
  void saysThatTheTablesAreNotReady() throws Exception {
    Cluster cluster = new Cluster();
    cluster.tables = TablesStatus.closed(TablesStatus.State.STARTING, "the port is in use");
    try (RunningNode node = new RunningNode(cluster)) {
      assertThat(run(node, "connections", "--all")).isEqualTo(1);
      assertThat(run(node, "status")).isZero();
    }
    assertThat(err.toString()).contains("the common tables are not ready, the port is in use");
    assertThat(out.toString())
        .contains(
            "common tables are starting (the port is in use): 0 connections of this node,"
                + " 0 written, 0 failed, 0 left out");
  }

  @Test
  @DisplayName("HSI-1 status shows that the common tables are ready, and what they did")
  void showsTheStateOfTheTables() throws Exception {
    try (RunningNode node = new RunningNode(new Cluster())) {
      assertThat(run(node, "status")).isZero();
    }
    assertThat(out.toString())
        .contains(
            "common tables are ready: 2 connections of this node, 9 written, 1 failed, 4 left out");
  }

  @Test
  @DisplayName("HSI-1 a node that is in no cluster says so")
  void saysThatThereIsNoCluster() throws Exception {
    try (RunningNode node = new RunningNode()) {
      assertThat(run(node, "connections", "--all")).isEqualTo(1);
    }
    assertThat(err.toString()).contains("this node is in no cluster");
  }

  @Test
  @DisplayName("HSI-4 OWN-3 a bucket is moved to a member that is named by its name or address")
  void movesABucketByName() throws Exception {
    Cluster cluster = new Cluster();
    try (RunningNode node = new RunningNode(cluster)) {
      assertThat(run(node, "buckets", "--move", "3", "n2")).isZero();
      assertThat(run(node, "buckets", "--move", "4", "[fd00::1]:7800")).isZero();
      assertThat(run(node, "buckets", "--move", "5", "n9")).isEqualTo(1);
      assertThat(run(node, "buckets", "--move", "6", "n2&x=1")).isEqualTo(2);
    }
    assertThat(cluster.moves).containsExactly("3 to n2", "4 to [fd00::1]:7800", "5 to n9");
    assertThat(out.toString())
        .isEqualTo("bucket 3 moves to n2\nbucket 4 moves to [fd00::1]:7800\n");
    assertThat(err.toString())
        .contains("no member is known by this name or address, node=n9")
        .contains("must be the name or the address of a member, such as n2 or 10.9.0.1:7800");
  }

  @Test
  @DisplayName("HSI-1 OWN-3 status names the members that were met")
  void namesMembers() throws Exception {
    try (RunningNode node = new RunningNode(new Cluster())) {
      assertThat(run(node, "status")).isZero();
    }
    assertThat(out.toString())
        .contains("  member n1 at 10.9.0.1:7800 active\n  member 10.9.0.2:7800 standby\n");
  }
}
