package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationProblemsTest {
  @TempDir private Path directory = Path.of("");

  @ParameterizedTest(name = "{1}")
  @MethodSource({"keys", "numbers", "forms", "addresses", "matches", "rules", "policies", "names"})
  @DisplayName("a problem is reported with file, line and the expected value")
  void reportsProblem(String text, String problem) throws Exception {
    assertThat(LoadedText.problems(directory, text)).containsExactly("c.yaml:" + problem);
  }

  static Stream<Arguments> keys() {
    return Stream.of(
        arguments("mode: monitor\nruls: []", "2: unknown key, key=ruls nearest=rules"),
        arguments(
            "timeouts:\n  opening: 1s\n  closin: 2s",
            "3: unknown key, key=timeouts.closin nearest=closing"),
        arguments("admin: {colour: red}", "1: unknown key, key=admin.colour known=listen"),
        arguments(
            "limits:\n  <<: {}",
            "2: unknown key, key=limits.<< known=on-hold-limit,agent-time,agent-end,"
                + "hold-bytes,hold-time,waiting-bytes,commands,ttl-slack,connections,"
                + "expectations,expectation-time"),
        arguments("mode: monitor\nmode: enforce", "2: repeated key, key=mode first=c.yaml:1"),
        arguments("- a\n- b", "1: must be a mapping of keys"),
        arguments("text", "1: must be a mapping of keys"),
        arguments("urgent: clear\nlimits: 5", "2: must be a mapping of keys, key=limits"),
        arguments("port:\n  - kind: tun", "1: must be a mapping of keys, key=port"));
  }

  static Stream<Arguments> numbers() {
    return Stream.of(
        arguments(
            "limits:\n  hold-bytes: 0", "2: must be from 1 to 1GiB, key=limits.hold-bytes value=0"),
        arguments(
            "limits: {hold-bytes: 2GiB}",
            "1: must be from 1 to 1GiB, key=limits.hold-bytes value=2GiB"),
        arguments(
            "limits: {waiting-bytes: 64KB}",
            "1: must be a number of bytes such as 4096, 64KiB, 4MiB or 1GiB,"
                + " key=limits.waiting-bytes value=64KB"),
        arguments("limits: {commands: -1}", "1: must be a number, key=limits.commands value=-1"),
        arguments(
            "limits: {ttl-slack: 256}", "1: must be from 0 to 255, key=limits.ttl-slack value=256"),
        arguments(
            "limits: {connections: 0}",
            "1: must be from 1 to 134217728, key=limits.connections value=0"),
        arguments(
            "limits: {hold-time: 0s}",
            "1: must be from 1ms to 720h, key=limits.hold-time value=0s"),
        arguments(
            "timeouts: {opening: 20}",
            "1: must be a duration such as 500ms, 20s or 2h4m, key=timeouts.opening value=20"),
        arguments(
            "out-of-order: {total-bytes: [1]}",
            "1: must be a single value, key=out-of-order.total-bytes"),
        arguments("workers: 0", "1: must be from 1 to 64, key=workers value=0"),
        arguments("workers: 65", "1: must be from 1 to 64, key=workers value=65"),
        arguments("workers: all", "1: must be a number, key=workers value=all"),
        arguments(
            "port: {queue: 65536}", "1: must be from 0 to 65535, key=port.queue value=65536"));
  }

  static Stream<Arguments> forms() {
    return Stream.of(
        arguments("mode: off", "1: must be one of enforce, monitor, key=mode value=off"),
        arguments("mode: Enforce", "1: must be one of enforce, monitor, key=mode value=Enforce"),
        arguments("mode:", "1: has no value, key=mode"),
        arguments("mode: {a: b}", "1: must be a single value, key=mode"),
        arguments(
            "mid-stream: pickup",
            "1: must be one of pick-up, pass, drop, reset, key=mid-stream value=pickup"),
        arguments(
            "out-of-order: {policy: delay}",
            "1: must be one of discard, delay-joined, delay-single, key=out-of-order.policy"
                + " value=delay"),
        arguments("urgent: keep", "1: must be one of clear, pass, reset, key=urgent value=keep"),
        arguments("mptcp: drop", "1: must be one of leave, strip, key=mptcp value=drop"),
        arguments(
            "port: {kind: xdp}",
            "1: must be one of afpacket, nfqueue, pcap, tun, relay, key=port.kind value=xdp"),
        arguments(
            "port:\n  inside: eth0/1",
            "2: must be the name of a network interface, key=port.inside value=eth0/1"),
        arguments(
            "port:\n  inside: a\n  outside: a",
            "3: must differ from inside, key=port.outside value=a"),
        arguments(
            "events: {file: \"a\\0b\"}",
            "1: must be the name of a file, key=events.file value=a?b"));
  }

  static Stream<Arguments> addresses() {
    return Stream.of(
        arguments(
            "admin:\n  listen: 9400",
            "2: must be host:port, [ipv6]:port or none, key=admin.listen value=9400"),
        arguments(
            "admin:\n  listen: 0.0.0.0:9400",
            "2: must be an address of this host alone, 127.0.0.1 or [::1], key=admin.listen"
                + " value=0.0.0.0:9400"),
        arguments(
            "admin:\n  listen: example.org:9400",
            "2: must be an address of this host alone, 127.0.0.1 or [::1], key=admin.listen"
                + " value=example.org:9400"),
        arguments(
            "admin:\n  listen: 127.0.0.1:0",
            "2: must have a port from 1 to 65535, key=admin.listen value=127.0.0.1:0"));
  }

  static Stream<Arguments> matches() {
    return Stream.of(
        arguments(
            rule("source: 10.0.0.0/33"),
            "4: must be an address or a prefix such as 10.0.0.0/8, key=rules.match.source"
                + " value=10.0.0.0/33"),
        arguments(
            rule("destination: [any, example.org]"),
            "4: must be an address or a prefix such as 10.0.0.0/8, key=rules.match.destination"
                + " value=example.org"),
        arguments(
            rule("destination-port: 65536"),
            "4: must be a port from 0 to 65535 or a range such as 8000-8099,"
                + " key=rules.match.destination-port value=65536"),
        arguments(
            rule("source-port: 90-80"),
            "4: must be a port from 0 to 65535 or a range such as 8000-8099,"
                + " key=rules.match.source-port value=90-80"),
        arguments(
            rule("destination-port: http"),
            "4: must be a port from 0 to 65535 or a range such as 8000-8099,"
                + " key=rules.match.destination-port value=http"),
        arguments(rule("source: {a: b}"), "4: must be a single value, key=rules.match.source"),
        arguments(
            rule("protocol: udp"),
            "4: must be tcp, rules are for tcp connections only, key=rules.match.protocol"
                + " value=udp"),
        arguments(
            rule("destination-prt: 1"),
            "4: unknown key, key=rules.match.destination-prt nearest=destination-port"));
  }

  static Stream<Arguments> rules() {
    return Stream.of(
        arguments("rules:\n  - match: {}", "2: a rule needs an agent or an action, key=rules"),
        arguments("rules:\n  - text", "2: a rule must be a mapping of keys, key=rules"),
        arguments(
            "rules:\n  - agent: http\n    action: drop",
            "3: must be allow where an agent is named, key=rules.action"),
        arguments("rules:\n  - agent: fpt", "2: unknown agent, agent=fpt nearest=ftp"),
        arguments(
            "rules:\n  - agent: telnet",
            "2: unknown agent, agent=telnet known=ftp,http,substitute"),
        arguments("rules:\n  - agent: [ftp]", "2: must be a single value, key=rules.agent"),
        arguments(
            "rules:\n  - action: deny",
            "2: must be one of allow, drop, reject, key=rules.action value=deny"),
        arguments(
            "rules: {agent: ftp, mode: on}",
            "1: must be one of enforce, monitor, off, key=rules.mode value=on"),
        arguments(
            "rules:\n  - action: drop\n    settings: {}",
            "3: needs an agent that these settings are for, key=rules.settings"),
        arguments(
            "rules:\n  - action: drop\n    settings: many",
            "3: needs an agent that these settings are for, key=rules.settings"),
        arguments(
            "rules:\n  - settings: {silent: 1}",
            "2: needs an agent that these settings are for, key=rules.settings"),
        arguments(
            "rules:\n  - agent: ftp\n    settings:\n      wrong: 1",
            "4: wrong setting, key=rules.settings.wrong"),
        arguments(
            "rules:\n  - agent: ftp\n    settings: {silent: 1}",
            "3: the agent refuses its settings, agent=ftp"),
        arguments(
            "rules:\n  - agent: ftp\n    settings: {throw: 1}",
            "3: the agent cannot be used, agent=ftp origin=program"
                + " error=java.lang.IllegalStateException: bug in a plug-in"));
  }

  static Stream<Arguments> policies() {
    return Stream.of(
        arguments(
            "rules:\n  - agent: ftp\n    on-not-mine: drop",
            "3: must be one of pass, reset, key=rules.on-not-mine value=drop"),
        arguments(
            "rules:\n  - agent: ftp\n    hold-bytes: 2GiB",
            "3: must be from 1 to 1GiB, key=rules.hold-bytes value=2GiB"),
        arguments(
            "rules:\n  - agent: ftp\n    hold-time: 0s",
            "3: must be from 1ms to 720h, key=rules.hold-time value=0s"),
        arguments(
            "rules:\n  - action: drop\n    on-hold-limit: pass",
            "3: needs an agent whose connections it is for, key=rules.on-hold-limit"),
        arguments(
            "mid-stream: pick-up\nrules:\n  - {agent: ftp, settings: {denies: 1}}",
            "1: a connection that is picked up lets pass what the agent of this rule denies,"
                + " key=mid-stream value=pick-up rule=rule-1"));
  }

  static Stream<Arguments> names() {
    return Stream.of(
        arguments(
            "rules:\n  - {name: a, agent: ftp}\n  - {name: a, agent: ftp}",
            "3: repeated rule name, name=a first=c.yaml:2"),
        arguments(
            "rules:\n  - {name: rule-2, agent: ftp}\n  - {agent: ftp}",
            "3: repeated rule name, name=rule-2 first=c.yaml:2"),
        arguments(
            "rules:\n  - {name: default, agent: ftp}",
            "2: is reserved for connections no rule matches, use another, key=rules.name"),
        arguments(
            "rules:\n  - {name: expected, agent: ftp}",
            "2: is reserved for connections an agent expects, use another, key=rules.name"),
        arguments(
            "rules:\n  - {name: \"a\\nb\", agent: ftp}",
            "2: must be 1 to 64 printable characters, key=rules.name value=a?b"));
  }

  @Test
  @DisplayName("names up to the limit are accepted, one letter more is refused")
  void limitsNames() throws Exception {
    String rule = "rules: {action: drop, name: %s}";
    assertThat(LoadedText.problems(directory, rule.formatted("n".repeat(64)))).isEmpty();
    assertThat(LoadedText.problems(directory, rule.formatted("n".repeat(65)))).hasSize(1);

    String port = "port: {inside: %s}";
    assertThat(LoadedText.problems(directory, port.formatted("n".repeat(15)))).isEmpty();
    assertThat(LoadedText.problems(directory, port.formatted("n".repeat(16)))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mid-stream: reset\nrules: {agent: ftp, settings: {denies: 1}}",
        "mid-stream: pick-up\nrules: {agent: ftp, mode: monitor, settings: {denies: 1}}",
        "mid-stream: pick-up\nmode: monitor\nrules: {agent: ftp, settings: {denies: 1}}",
        "mid-stream: pick-up\nrules: {agent: ftp}"
      })
  @DisplayName("C-67 pick-up is refused only where an agent that denies is enforced")
  void acceptsPickUpWhereNothingIsDenied(String text) throws Exception {
    assertThat(LoadedText.problems(directory, text)).isEmpty();
  }

  @Test
  @DisplayName("numbers at both ends of their range are accepted")
  void acceptsEndsOfRanges() throws Exception {
    String text =
        """
        out-of-order: { per-connection-bytes: %1$s, total-bytes: %2$s }
        limits: { hold-bytes: %1$s, waiting-bytes: %1$s, hold-time: %3$s, commands: %4$s,
                  ttl-slack: %5$s, connections: %6$s, expectations: %7$s, expectation-time: %3$s }
        timeouts: { opening: %3$s, established: %3$s, closing: %3$s }
        """;

    assertThat(LoadedText.problems(directory, text.formatted("1", "1", "1ms", "1", "0", "1", "1")))
        .isEmpty();
    assertThat(
            LoadedText.problems(
                directory,
                text.formatted("1GiB", "1024GiB", "720h", "16777216", "255", "134217728", "1024")))
        .isEmpty();
  }

  @Test
  @DisplayName("all problems of a file are reported at once, in line order")
  void reportsAllProblems() throws Exception {
    String text =
        """
        mode: maybe
        limits:
          commands: many
          hold-bites: 1
        rules:
          - agent: smtp
            match: { source: 1.2.3, destination-port: [80, x, 99999] }
          - name: second
        urgent: clear
        urgent: pass
        timeout: {}
        """;

    assertThat(LoadedText.problems(directory, text))
        .containsExactly(
            "c.yaml:1: must be one of enforce, monitor, key=mode value=maybe",
            "c.yaml:3: must be a number, key=limits.commands value=many",
            "c.yaml:4: unknown key, key=limits.hold-bites nearest=hold-bytes",
            "c.yaml:6: unknown agent, agent=smtp known=ftp,http,substitute",
            "c.yaml:7: must be an address or a prefix such as 10.0.0.0/8,"
                + " key=rules.match.source value=1.2.3",
            "c.yaml:7: must be a port from 0 to 65535 or a range such as 8000-8099,"
                + " key=rules.match.destination-port value=x",
            "c.yaml:7: must be a port from 0 to 65535 or a range such as 8000-8099,"
                + " key=rules.match.destination-port value=99999",
            "c.yaml:8: a rule needs an agent or an action, key=rules",
            "c.yaml:10: repeated key, key=urgent first=c.yaml:9",
            "c.yaml:11: unknown key, key=timeout nearest=timeouts");
  }

  @Test
  @DisplayName("an agent that throws on its settings hides no other problem")
  void reportsProblemsBesideAFailingAgent() throws Exception {
    String text =
        """
        port: { inside: a, outside: b }
        mid-stream: pass
        urgent: keep
        rules: { agent: ftp, settings: { mute: 1 } }
        """;

    assertThat(
            LoadedText.problems(directory, text.getBytes(StandardCharsets.UTF_8), Purpose.INLINE))
        .containsExactly("c.yaml:3: must be one of clear, pass, reset, key=urgent value=keep");
  }

  @Test
  @DisplayName("a syntax error is one line with its position")
  void reportsSyntaxError() throws Exception {
    assertThat(LoadedText.problems(directory, "mode: monitor\nrules: [\n"))
        .singleElement()
        .asString()
        .startsWith("c.yaml:3: not yaml, ")
        .contains("column=");
  }

  @Test
  @DisplayName("octets that are not UTF-8 are reported with their line")
  void reportsInvalidUtf8() throws Exception {
    byte[] octets = "mode: monitor\nname: \u00e9".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(LoadedText.problems(directory, octets))
        .containsExactly("c.yaml:2: not utf-8, offset=20");
    byte[] cut = "mode: \u00e9".getBytes(StandardCharsets.UTF_8);
    assertThat(LoadedText.problems(directory, java.util.Arrays.copyOf(cut, cut.length - 1)))
        .containsExactly("c.yaml:1: not utf-8, offset=6");
  }

  @Test
  @DisplayName("a file of the maximum length is read, a longer one is refused")
  void limitsLength() throws Exception {
    String comment = "#".repeat(ConfigurationFile.MAX_BYTES);

    assertThat(LoadedText.problems(directory, comment)).isEmpty();
    assertThat(LoadedText.problems(directory, comment + "#"))
        .containsExactly("c.yaml: too long for a configuration, limit-bytes=1048576");
  }

  @Test
  @DisplayName("an unreadable file is one line")
  void reportsUnreadableFile() throws Exception {
    assertThat(problemsOf(directory.resolve("none.yaml")))
        .containsExactly(directory.resolve("none.yaml") + ": no such file");
    assertThat(problemsOf(Files.createDirectory(directory.resolve("d"))))
        .containsExactly(directory.resolve("d") + ": is a directory");
  }

  private static List<String> problemsOf(Path file) {
    try {
      ConfigurationFile.load(file);
      return List.of();
    } catch (ConfigurationException e) {
      return e.lines();
    }
  }

  /** A configuration with {@code match} on the fourth line. */
  private static String rule(String match) {
    return "rules:\n  - action: drop\n    match:\n      " + match + "\n";
  }
}
