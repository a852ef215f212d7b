package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.Master;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @TempDir private Path directory = Path.of("");
  private Path config = Path.of("");

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
            + "|2: is possible with port.kind=afpacket only, key=on-exit value=open"
      })
  @DisplayName("OWN-3 a port that run refuses is a problem with its line, and exit code 2")
  void refusesPorts(String text, String problem) throws IOException {
    CommandRun run = check("# two lines\n" + text, BOTH);

    assertThat(run.errorLines()).containsExactly("midstream: " + config + ":" + problem);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
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
  private static final class Machine implements EnvironmentCheck.Interfaces {
    private static final Map<String, String> BRIDGES =
        Map.of("a", "", "b", "", "part", "br0", "open", "midstream-open");

    @Override
    public boolean has(String name) {
      return BRIDGES.containsKey(name);
    }

    @Override
    public @Nullable Master masterOf(String name) {
      String bridge = BRIDGES.getOrDefault(name, "");
      return bridge.isEmpty() ? null : new Master("bridge", bridge);
    }
  }
}
