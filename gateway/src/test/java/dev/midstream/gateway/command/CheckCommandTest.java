package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.ca.Authority;
import dev.midstream.ca.AuthorityException;
import dev.midstream.wire.afpacket.Master;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The check of the port's settings, and of a fake machine with the interfaces a and b, and members
 * of bridges.
 */
class CheckCommandTest {
  private static final String NET_RAW = "0000000000002000";
  private static final String NET_ADMIN = "0000000000001000";
  private static final String BOTH = "000001ffffffffff";
  private static final String NONE = "0000000000000000";

  private static final Map<String, String> BRIDGES =
      Map.of("a", "", "b", "", "part", "br0", "open", "midstream-open");

  @TempDir private Path directory = Path.of("");
  private Path config = Path.of("");
  private String kernel = "6.18.44";

  @BeforeEach
  void nameConfiguration() {
    config = directory.resolve("c.yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port: { inside: a, outside: b, kind: nfqueue }"
            + "|2: run has no such port, only afpacket and tun, key=port.kind value=nfqueue",
        "port: { kind: relay }"
            + "|2: run has no such port, only afpacket and tun, key=port.kind value=relay",
        "port: { inside: a }"
            + "|2: run needs port.inside and port.outside, names of interfaces, key=port",
        "port: { kind: tun }"
            + "|2: run needs port.inside and port.outside, names of interfaces, key=port",
        "port: { inside: a, outside: a }|2: must differ from inside, key=port.outside value=a",
        "{ on-exit: open, port: { kind: tun, inside: a, outside: b } }"
            + "|2: is possible with port.kind=afpacket only, key=on-exit value=open",
        "{ fast-path: require, port: { kind: tun, inside: a, outside: b } }"
            + "|2: is possible with port.kind=afpacket only, key=fast-path value=require",
        "{ mode: monitor, fast-path: { mode: require }, port: { inside: a, outside: b } }"
            + "|2: is not possible with mode=monitor, key=fast-path.mode value=require"
      })
  @DisplayName("OWN-3 a port that run refuses is a problem with its line, and exit code 2")
  void refusesPorts(String text, String problem) throws IOException {
    CommandRun run = check("# two lines\n" + text, BOTH);

    assertThat(run.errorLines()).containsExactly("midstream: " + config + ":" + problem);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  @DisplayName("OWN-3 PDP-9 what run refuses of a node of a cluster is a problem with its line")
  void refusesWhatIsNotPossibleInACluster() throws IOException {
    String behind = ", delivery: dispatch, dispatch: { listen: '10.9.0.8:7800' }";
    CommandRun open = check("on-exit: open\n" + cluster(behind), BOTH);
    CommandRun fast = check("fast-path: require\n" + cluster(""), BOTH);

    assertThat(problems(open))
        .containsExactly(
            "midstream: "
                + config
                + ":1: is not possible behind dispatchers, where a node has no port, key=on-exit"
                + " value=open");
    assertThat(problems(fast))
        .containsExactly(
            "midstream: "
                + config
                + ":1: is not possible in a cluster, key=fast-path value=require");
    assertThat(List.of(open.exitCode(), fast.exitCode())).containsOnly(2);
  }

  private static List<String> problems(CommandRun run) {
    return run.errorLines().stream().filter(line -> !line.contains("warning: ")).toList();
  }

  /** A node whose files are those of {@link #makeAuthority}. */
  private String cluster(String more) {
    String tls = "{ authority: DIR/ca.pem, certificate: DIR/n1.pem, key: DIR/n1.key }";
    return "cluster: { node: n1, bind: '10.9.0.1:7800', tls: %s%s }\n"
        .formatted(tls.replace("DIR", directory.toString()), more);
  }

  private void makeAuthority() throws AuthorityException {
    Path key =
        Authority.init(directory, "c", Instant.now())
            .issue("n1", directory, Instant.now(), Duration.ofDays(1))
            .getLast();
    assertThat(key).exists();
  }

  @Test
  @DisplayName("OWN-3 LD-1 files and address of a node that are not here are warnings")
  void looksAtFilesAndAddress() throws Exception {
    assertThat(check(cluster(""), NONE).errorLines())
        .singleElement()
        .asString()
        .startsWith("midstream: warning: " + config + ": " + directory + "/ca.pem: no such file")
        .endsWith(", key=cluster.tls");
    makeAuthority();
    assertThat(check(cluster(""), NONE).errorLines()).isEmpty();
    assertThat(check(cluster("").replace("node: n1", "node: n2"), NONE).errorLines())
        .singleElement()
        .asString()
        .contains("n1.pem: has another name: node=n2 certificate=n1");
    assertThat(check(cluster("").replace("10.9.0.1", "10.9.0.2"), NONE).errorLines())
        .containsExactly(
            "midstream: warning: "
                + config
                + ": this machine does not have the address, key=cluster.bind"
                + " value=10.9.0.2:7800");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fast-path: require|0000000000003000|6.6.1"
            + "|run needs a capability that is missing here, capability=CAP_BPF",
        "on-crash: open|0000000000003000|6.6.1"
            + "|run needs a capability that is missing here, capability=CAP_BPF",
        "fast-path: require|0000008000002000|6.6.1"
            + "|run needs a capability that is missing here, capability=CAP_NET_ADMIN",
        "fast-path: require|0000000000203000|5.10.0-39-amd64"
            + "|run needs a newer kernel than this one, least=5.14 kernel=5.10.0-39-amd64",
        "on-crash: open|0000008000003000|6.0"
            + "|run needs a newer kernel than this one, least=6.6 kernel=6.0",
        "on-crash: open|0000008000003000|6.6|",
        "fast-path: require|0000000000203000|5.14.0|",
        "fast-path: auto|0000000000002000|5.10|"
      })
  @DisplayName(
      "OWN-3 what the fast path needs and this machine lacks is a warning where it must be")
  void looksAtWhatTheFastPathNeeds(
      String key, String capabilities, String release, @Nullable String warning)
      throws IOException {
    kernel = release;
    CommandRun run = check(key + "\nport: { inside: a, outside: b }\n", capabilities);

    assertThat(run.errorLines())
        .isEqualTo(
            warning == null
                ? List.of()
                : List.of("midstream: warning: " + config + ": " + warning));
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName("OWN-3 with a mistake in the file the rest is looked at, too")
  void looksAtTheRestBesideMistakes() throws IOException {
    Path events = directory.resolve("none/events");
    CommandRun run =
        check(
            "urgent: x\nport: { inside: x, outside: b }\nevents: { file: " + events + " }\n",
            NET_RAW);

    assertThat(run.errorLines())
        .containsExactly(
            "midstream: warning: "
                + config
                + ": there is no such interface here, key=port.inside value=x",
            "midstream: " + config + ":1: must be one of clear, pass, reset, key=urgent value=x",
            "midstream: " + events + ": no such directory, directory=" + events.getParent());
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("OWN-3 a port that run refuses is listed among the other problems, in line order")
  void listsThePortAmongOtherProblems() throws IOException {
    CommandRun run =
        check("on-exit: open\nurgent: x\nport:\n  kind: pcap\nadmin: { listen: here }\n", BOTH);

    assertThat(run.errorPositions())
        .containsExactly(
            "midstream: " + config + ":1",
            "midstream: " + config + ":2",
            "midstream: " + config + ":4",
            "midstream: " + config + ":5");
  }

  @ParameterizedTest
  @CsvSource({
    "'port: { inside: a, outside: b }', " + NET_RAW,
    "'{ on-exit: open, port: { inside: a, outside: b } }', " + BOTH,
    "'port: { inside: open, outside: b }', " + NET_RAW,
    "'port: { kind: tun, inside: new, outside: b }', " + NET_ADMIN,
    "'', " + NONE,
    "'port: {}', " + NONE,
    "'on-exit: open', " + NONE,
    "'{ mode: monitor, fast-path: require }', " + NONE,
    "'events: { per-second: 7 }', " + NONE
  })
  @DisplayName("OWN-3 nothing is reported if run lacks nothing, or there is no port")
  void acceptsACompleteEnvironment(String text, String capabilities) throws IOException {
    CommandRun run = check(text, capabilities);

    assertThat(run.errorLines()).isEmpty();
    assertThat(run.out()).startsWith(config + ": ok");
    assertThat(run.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port: { inside: x, outside: b }|0000000000002000"
            + "|there is no such interface here, key=port.inside value=x",
        "port: { inside: a, outside: x }|0000000000002000"
            + "|there is no such interface here, key=port.outside value=x",
        "port: { inside: a, outside: b }|0000000000001000"
            + "|run needs a capability that is missing here, capability=CAP_NET_RAW",
        "port: { inside: part, outside: b }|0000000000002000"
            + "|part belongs to the bridge br0, so that frames would pass twice or around"
            + " the rules; take it out first: ip link set part nomaster",
        "port: { kind: tun, inside: a, outside: b }|0000000000002000"
            + "|run needs a capability that is missing here, capability=CAP_NET_ADMIN",
        "{ on-exit: open, port: { inside: a, outside: b } }|0000000000002000"
            + "|run needs a capability that is missing here, capability=CAP_NET_ADMIN"
      })
  @DisplayName("OWN-3 what this machine lacks is a warning, as another machine may have it")
  void warnsOfWhatThisMachineLacks(String text, String capabilities, String warning)
      throws IOException {
    CommandRun run = check(text, capabilities);

    assertThat(run.errorLines()).containsExactly("midstream: warning: " + config + ": " + warning);
    assertThat(run.out()).startsWith(config + ": ok");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName("OWN-3 all that is missing is listed at once")
  void listsAllThatIsMissing() throws IOException {
    assertThat(check("on-exit: open\nport: { inside: x, outside: y }\n", NONE).errorLines())
        .hasSize(4);
  }

  @Test
  @DisplayName("OWN-3 an environment that cannot be read is a warning")
  void warnsIfTheEnvironmentIsUnknown() throws IOException {
    Files.writeString(config, "port: { inside: a, outside: b }");

    assertThat(check(directory.resolve("none")).errorLines())
        .singleElement()
        .asString()
        .startsWith("midstream: warning: " + config + ": cannot tell whether this machine")
        .endsWith(", error=no such file file=" + directory.resolve("none/status"));
  }

  @Test
  @DisplayName("OWN-3 finds the loopback interface of this machine")
  void findsTheLoopbackInterface() throws IOException {
    Files.writeString(config, "port: { inside: lo, outside: none-such }");

    assertThat(CommandRun.of("check", "--config", config).errorLines())
        .noneMatch(line -> line.contains("value=lo"))
        .anyMatch(line -> line.contains("value=none-such"));
  }

  @Test
  @DisplayName("OWN-3 events that would overwrite the configuration are refused, as by run")
  void refusesEventsInTheConfiguration() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), config);
    for (Path events : List.of(config, link)) {
      CommandRun run = check("events: { file: " + events + " }", NONE);

      assertThat(run.errorLines())
          .containsExactly(
              "midstream: " + events + ": events need a file of their own, shared with=" + config);
      assertThat(run.exitCode()).isEqualTo(2);
    }
  }

  private CommandRun check(String text, String capabilities) throws IOException {
    Files.writeString(config, text);
    Files.writeString(
        directory.resolve("status"), "CapPrm:\t" + BOTH + "\nCapEff:\t" + capabilities + "\n");
    return check(directory);
  }

  private CommandRun check(Path machine) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        MidstreamCommand.run(
            new PrintWriter(out),
            new PrintWriter(err),
            Map.of(),
            new String[] {"check", "--config", config.toString()},
            new CheckCommand(new EnvironmentCheck(machine, new Machine())));
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** Interfaces by name, each with the name of its bridge; empty for none. */
  private final class Machine implements EnvironmentCheck.Machine {
    @Override
    public boolean has(String name) {
      return BRIDGES.containsKey(name);
    }

    @Override
    public @Nullable Master masterOf(String name) {
      String bridge = BRIDGES.getOrDefault(name, "");
      return bridge.isEmpty() ? null : new Master("bridge", bridge);
    }

    @Override
    public boolean hasAddress(InetAddress address) {
      return address.getHostAddress().equals("10.9.0.1");
    }

    @Override
    public String kernel() {
      return kernel;
    }
  }
}
