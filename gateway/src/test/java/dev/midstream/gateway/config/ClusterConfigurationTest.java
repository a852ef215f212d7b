package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.ConfigurationMatch;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.gateway.config.ClusterConfiguration.Delivery;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterConfigurationTest {
  private static final String NEEDED =
      "node: n1, bind: '10.9.0.1:7800', tls: {authority: a, certificate: b, key: c}";

  /** Every key, each with another value than its default where there is one. */
  private static final String WHOLE =
      """
      cluster:
        name: east
        node: n1
        bind: "10.9.0.1:7800"
        members: ["10.9.0.1:7800", "10.9.0.2:7800", "[fd00::3]:7801"]
        witness: false
        lone: stop
        buckets: 1024
        copies: all
        delivery: shared-mac
        commit: interval
        commit-interval: 5ms
        commit-wait: 10ms
        on-commit-timeout: hold
        first-copy: commands
        no-copy: hold
        on-reallocation: stay
        detect: 1s
        balance: 3s
        moves: 8
        table-rate: 500
        dispatch: { mtu: 9000 }
        tls: { authority: ca.pem, certificate: n1.pem, key: n1.key }
      """;

  @TempDir private Path directory = Path.of("");

  private ClusterConfiguration cluster(String text) throws Exception {
    return Objects.requireNonNull(LoadedText.load(directory, text).cluster());
  }

  @Test
  @DisplayName("LD-13 HSI-2 PDP-1 every key of a cluster is read")
  void readsEveryKey() throws Exception {
    ClusterConfiguration cluster = cluster(WHOLE);
    ClusterSettings settings = cluster.settings();
    assertThat(cluster.name()).isEqualTo("east");
    assertThat(cluster.bind()).isEqualTo(NodeAddress.ofIpv4(0x0a090001, 7800));
    assertThat(settings.addresses())
        .containsExactly(
            NodeAddress.ofIpv4(0x0a090001, 7800),
            NodeAddress.ofIpv4(0x0a090002, 7800),
            new NodeAddress(0xfd00L << 48, 3, 7801));
    assertThat(settings.lone()).isEqualTo(ClusterSettings.Lone.STOP);
    assertThat(settings.buckets()).isEqualTo(1024);
    assertThat(settings.copies()).isEqualTo(Integer.MAX_VALUE);
    assertThat(settings.maxMoves()).isEqualTo(8);
    assertThat(settings.detectNanos()).isEqualTo(1_000_000_000);
    assertThat(settings.reallocation()).isEqualTo(ClusterSettings.Reallocation.STAY);
    assertThat(settings.balanceNanos()).isEqualTo(3_000_000_000L);
    assertThat(cluster.delivery()).isEqualTo(Delivery.SHARED_MAC);
    assertThat(cluster.log().mode()).isEqualTo(CommitMode.INTERVAL);
    assertThat(cluster.log().intervalNanos()).isEqualTo(5_000_000);
    assertThat(cluster.log().firstCopies()).isEqualTo(FirstCopies.COMMANDS);
    assertThat(cluster.log().noCopy()).isEqualTo(NoCopy.HOLD);
    assertThat(cluster.redirectBytes()).isEqualTo(9000 - 48);
    assertThat(cluster.tableRate()).isEqualTo(500);
    assertThat(cluster.tls().key()).isEqualTo(Path.of("n1.key"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "buckets: 100 | must be a power of two, key=cluster.buckets",
        "witness: true | this version has no witness, key=cluster.witness",
        "delivery: multicast-mac | this version has redirect, shared-mac and dispatch,"
            + " key=cluster.delivery",
        "delivery: dispatch | delivery: dispatch needs the addresses of the dispatchers,"
            + " such as 10.9.0.9:7800, key=cluster.dispatch.listen",
        "delivery: dispatch, dispatch: {listen: 10.9.0.9} | must be an address and a port up to"
            + " 65533, such as 10.9.0.1:7800, key=cluster.dispatch.listen value=10.9.0.9",
        "delivery: dispatch, dispatch: {listen: ['10.9.0.2:7800']},"
            + " members: ['10.9.0.1:7800', '10.9.0.2:7800'] | an address is a dispatcher's,"
            + " address=10.9.0.2:7800, key=cluster.members",
        "delivery: dispatch, dispatch: {listen: '10.9.0.1:7800'} | a dispatcher needs the"
            + " addresses of the nodes, key=cluster.members",
        "commit: none | a cluster needs records, strict is the default, key=cluster.commit",
        "members: ['10.9.0.2:7800'] | must hold the address of this node too, bind=10.9.0.1:7800,"
            + " key=cluster.members",
        "members: ['10.9.0.1:7800', '10.9.0.1:7800'] | an address stands twice,"
            + " address=10.9.0.1:7800, key=cluster.members",
        "members: [here] | must be an address and a port up to 65533, such as 10.9.0.1:7800,"
            + " key=cluster.members value=here",
        "members: ['10.9.0.1:65534'] | must be an address and a port up to 65533,"
            + " such as 10.9.0.1:7800, key=cluster.members value=10.9.0.1:65534",
        "members: ['10.9.0.1:7800', '10.9.0.1:7802'] | the port two above that of a node is for"
            + " its common tables, address=10.9.0.1:7800, key=cluster.members",
        "table-rate: 9 | must be from 10 to 1000000, key=cluster.table-rate value=9",
        "name: '' | has no value, key=cluster.name",
        "on-reallocation: keep | must be one of move, stay, key=cluster.on-reallocation value=keep"
      })
  @DisplayName("LD-13 what a cluster cannot be is refused, with file and line")
  void refuses(String key, String problem) throws Exception {
    List<String> problems =
        LoadedText.problems(directory, "cluster: {" + NEEDED + ", " + key + "}");
    assertThat(problems).contains("c.yaml:1: " + problem);
  }

  private static final String DISPATCHED =
      "delivery: dispatch, members: ['10.9.0.1:7800', '10.9.0.2:7800']";

  private List<String> problems(String keys, Purpose purpose) throws Exception {
    String text = "cluster: {" + NEEDED + ", " + keys + "}";
    return LoadedText.problems(directory, text.getBytes(StandardCharsets.UTF_8), purpose);
  }

  @Test
  @DisplayName("PDP-9 LD-9 a node behind dispatchers has no port, and a dispatcher owns nothing")
  void readsDispatchers() throws Exception {
    String listen = "dispatch: {listen: ['10.9.0.8:7800', '10.9.0.9:7800']}";
    ClusterConfiguration node =
        cluster("cluster: {" + NEEDED + ", " + DISPATCHED + ", " + listen + "}");
    assertThat(node.isBehindDispatchers()).isTrue();
    assertThat(node.settings().role()).isEqualTo(Member.Role.ACTIVE);
    assertThat(node.settings().addresses()).hasSize(2);
    assertThat(node.settings().dispatchers()).hasSize(2);
    assertThat(problems(DISPATCHED + ", " + listen, Purpose.INLINE)).isEmpty();

    String file = "cluster: {" + NEEDED + ", " + DISPATCHED + ", " + listen + "}";
    String other = file.replace("bind: '10.9.0.1", "bind: '10.9.0.9");
    ClusterConfiguration dispatcher = cluster(other);
    assertThat(dispatcher.isDispatcher()).isTrue();
    assertThat(dispatcher.isBehindDispatchers()).isFalse();
    assertThat(dispatcher.settings().role()).isEqualTo(Member.Role.DISPATCHER);
    assertThat(dispatcher.addresses()).hasSize(4);
    assertThat(dispatcher.settings().configuration()).isEqualTo(node.settings().configuration());
  }

  @Test
  @DisplayName("PDP-9 each command says which other one, or which key, is meant")
  void refusesTheOtherCommand() throws Exception {
    String here = DISPATCHED + ", dispatch: {listen: '10.9.0.9:7800'}";
    assertThat(problems(here, Purpose.DISPATCH))
        .contains(
            "c.yaml:1: is not in cluster.dispatch.listen, start a node with midstream run, or add"
                + " the address, key=cluster.bind");
    String file = "cluster: {" + NEEDED.replace("10.9.0.1", "10.9.0.9") + ", " + here + "}";
    assertThat(
            LoadedText.problems(directory, file.getBytes(StandardCharsets.UTF_8), Purpose.INLINE))
        .contains(
            "c.yaml:1: is the address of a dispatcher, start it with midstream dispatch,"
                + " key=cluster.bind");
    assertThat(
            LoadedText.problems(directory, file.getBytes(StandardCharsets.UTF_8), Purpose.DISPATCH))
        .containsExactly(
            "c.yaml:1: dispatch needs port.inside and port.outside, names of interfaces, key=port");
    assertThat(problems("delivery: redirect", Purpose.DISPATCH))
        .contains("c.yaml:1: midstream dispatch needs delivery: dispatch, key=cluster.delivery");
    assertThat(LoadedText.problems(directory, new byte[0], Purpose.DISPATCH))
        .anyMatch(
            line -> line.endsWith("midstream dispatch needs the section cluster, key=cluster"));
  }

  @Test
  @DisplayName("LD-13 what treats connections gives a configuration its version, nothing else")
  void hasAVersion() throws Exception {
    long version = cluster("cluster: {" + NEEDED + "}").settings().configuration();
    for (String same :
        List.of(
            "cluster: {" + NEEDED.replace("n1", "n2") + "}",
            "cluster: {" + NEEDED.replace("7800", "7801") + "}",
            "cluster: {members: ['10.9.0.1:7800', '10.9.0.2:7800'], " + NEEDED + "}",
            "admin: {listen: none}\nworkers: 1\ncluster: {" + NEEDED + "}")) {
      assertThat(cluster(same).settings().configuration()).as(same).isEqualTo(version);
    }
    for (String other :
        List.of(
            "mode: monitor\ncluster: {" + NEEDED + "}",
            "cluster: {commit: before-ack, " + NEEDED + "}",
            "limits: {hold-time: 1h}\ncluster: {" + NEEDED + "}",
            "rules: [{action: drop, match: {destination-port: 7}}]\ncluster: {" + NEEDED + "}")) {
      assertThat(cluster(other).settings().configuration()).as(other).isNotEqualTo(version);
    }
  }

  private long version(String text, Purpose purpose) throws Exception {
    Configuration read = LoadedText.load(directory, text.getBytes(StandardCharsets.UTF_8), purpose);
    return Objects.requireNonNull(read.cluster()).settings().configuration();
  }

  @Test
  @DisplayName("PDP-9 LD-13 a dispatcher needs no rules and plug-ins, and fits to nodes with any")
  void needsNoRulesAtADispatcher() throws Exception {
    String here = DISPATCHED + ", dispatch: {listen: '10.9.0.9:7800'}";
    String section = "cluster: {" + NEEDED + ", " + here + "}\n";
    String port = "port: {kind: afpacket, inside: a, outside: b}\n";
    String rules = "rules: [{agent: http, match: {destination-port: 80}}]\n";
    String unknown = "rules: [{agent: none-such, match: {destination-port: 7}}]\n";
    String dispatcher = port + section.replace("bind: '10.9.0.1", "bind: '10.9.0.9");
    long node = version(port + section + rules, Purpose.OFFLINE);
    for (String text : List.of(dispatcher, dispatcher + unknown, dispatcher + "mode: monitor\n")) {
      long own = version(text, Purpose.DISPATCH);
      assertThat(ConfigurationMatch.isAlike(own, node)).as(text).isTrue();
    }
    String other = dispatcher.replace("delivery:", "buckets: 16, delivery:");
    assertThat(ConfigurationMatch.isAlike(version(other, Purpose.DISPATCH), node)).isFalse();
  }
}
