package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.midstream.gateway.config.Configuration.EventsLevel;
import dev.midstream.gateway.config.Configuration.OnExit;
import dev.midstream.gateway.config.FastPathSettings.Use;
import dev.midstream.gateway.config.PortSettings.LinkLocal;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.ExpectationLimits;
import dev.midstream.reassembly.rule.FragmentLimits;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Prefix;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.port.Idle;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  /** A file with every key but {@code cluster}, in the notation of the documentation. */
  static final String EVERY_KEY =
      """
      mode: enforce                    # enforce | monitor
      port:
        kind: nfqueue
        inside: veth-a
        outside: veth-b
        queue: 7
        receive: ring
        link-local: drop
      rules:                           # ordered; the first match decides
        - name: control
          match: { protocol: tcp, source: any, destination: any, destination-port: 21 }
          agent: ftp
          settings: { passive: true }
        - name: greeting
          match: { destination-port: 7000 }
          agent: substitute
          mode: monitor
          settings:
            client-to-server: [ { find: "Hello world", replace: "Hi there" } ]
            server-to-client: [ { find-hex: "00ff", replace-hex: "" } ]
        - name: web-out
          match: { source: 10.0.0.0/8, source-port: 1024-65535, destination-port: [80, 8080] }
          agent: http
          action: allow
          on-not-mine: reset
          on-agent-failure: pass
          on-hold-limit: pass
          hold-bytes: 1MiB
          hold-time: 10s
        - match: { destination: ["2001:db8::/32", 192.0.2.1], destination-port: 23 }
          action: reject
      default-action: drop
      out-of-order: { policy: discard, per-connection-bytes: 1MiB, total-bytes: 2GiB }
      mid-stream: pick-up
      on-not-mine: reset
      on-agent-failure: reset
      timeouts: { opening: 5s, established: 1h, closing: 500ms, park-after: 7ms }
      fragments: { bytes: 64KiB, datagrams: 9, per-datagram: 3, time: 5s }
      limits: { hold-bytes: 1000, hold-time: 2s, waiting-bytes: 64KiB, commands: 10, ttl-slack: 0,
                on-hold-limit: pass, connections: 5000, expectations: 9, expectation-time: 7s }
      urgent: reset
      mptcp: strip
      workers: 7
      idle: spin
      fast-path: { mode: require, least-octets: 1MiB, entries: 1000 }
      on-exit: open
      admin: { listen: "[::1]:9401" }
      events: { file: events.jsonl, per-second: 7, level: debug }
      """;

  private static final EngineLimits DEFAULT_LIMITS =
      new EngineLimits(
          4_194_304,
          268_435_456,
          65_536,
          1_000_000_000,
          262_144,
          65_536,
          5,
          1_048_576,
          FragmentLimits.DEFAULTS);

  private static final EngineLimits CONFIGURED_LIMITS =
      new EngineLimits(
          1 << 20,
          2L << 30,
          1000,
          2_000_000_000,
          1 << 16,
          10,
          0,
          5000,
          Long.MAX_VALUE,
          new FragmentLimits(1 << 16, 9, 3, 5_000_000_000L),
          new ExpectationLimits(1_024, 9, 7_000_000_000L));

  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("an empty file gives every default of the contract")
  void givesDefaults() throws Exception {
    Configuration configuration = LoadedText.load(directory, "");

    assertThat(configuration.mode()).isEqualTo(Mode.ENFORCE);
    assertThat(configuration.rules().rules()).isEmpty();
    assertThat(configuration.rules().defaultRule().action()).isEqualTo(Action.ALLOW);
    assertThat(configuration.policies())
        .isEqualTo(
            new Policies(
                Policies.OutOfOrder.DELAY_JOINED,
                MidStream.RESET,
                OnFailure.PASS,
                OnFailure.PASS,
                OnFailure.RESET,
                Policies.Urgent.CLEAR,
                Policies.Multipath.STRIP));
    assertThat(configuration.limits()).isEqualTo(DEFAULT_LIMITS);
    assertThat(configuration.timeouts())
        .isEqualTo(
            new Timeouts(20_000_000_000L, 7_440_000_000_000L, 30_000_000_000L, 2_000_000_000L));
    assertThat(configuration.port())
        .isEqualTo(
            new PortSettings(
                PortSettings.Kind.AFPACKET, "", "", 0, ReceiveMode.MESSAGES, LinkLocal.PASS));
    int cores = Math.min(64, Runtime.getRuntime().availableProcessors());
    assertThat(configuration.workers()).isEqualTo(new WorkerSettings(cores, Idle.BLOCK));
    assertThat(configuration.fastPath()).isEqualTo(new FastPathSettings(Use.AUTO, 65_536, 65_536));
    assertThat(configuration.onExit()).isEqualTo(OnExit.CLOSED);
    assertThat(configuration.admin())
        .isEqualTo(new AdminSettings(new ListenAddress("127.0.0.1", 9400), false));
    assertThat(configuration.eventsFile()).isNull();
    assertThat(configuration.eventsPerSecond()).isEqualTo(1_000);
    assertThat(configuration.eventsLevel()).isEqualTo(EventsLevel.INFO);
  }

  @Test
  @DisplayName("every key is read")
  void readsEveryKey() throws Exception {
    Configuration configuration = LoadedText.load(directory, EVERY_KEY);

    assertThat(configuration.port())
        .isEqualTo(
            new PortSettings(
                PortSettings.Kind.NFQUEUE,
                "veth-a",
                "veth-b",
                7,
                ReceiveMode.RING,
                LinkLocal.DROP));
    assertThat(configuration.rules().defaultRule().action()).isEqualTo(Action.DROP);
    assertThat(configuration.policies())
        .isEqualTo(
            new Policies(
                Policies.OutOfOrder.DISCARD,
                MidStream.PICK_UP,
                OnFailure.RESET,
                OnFailure.RESET,
                OnFailure.PASS,
                Policies.Urgent.RESET,
                Policies.Multipath.STRIP));
    assertThat(configuration.limits()).isEqualTo(CONFIGURED_LIMITS);
    assertThat(configuration.timeouts())
        .isEqualTo(new Timeouts(5_000_000_000L, 3_600_000_000_000L, 500_000_000L, 7_000_000L));
    assertThat(configuration.workers()).isEqualTo(new WorkerSettings(7, Idle.SPIN));
    assertThat(configuration.fastPath())
        .isEqualTo(new FastPathSettings(Use.REQUIRE, 1 << 20, 1_000));
    assertThat(configuration.onExit()).isEqualTo(OnExit.OPEN);
    assertThat(configuration.admin())
        .isEqualTo(new AdminSettings(new ListenAddress("::1", 9401), true));
    assertThat(configuration.eventsFile()).isEqualTo(Path.of("events.jsonl"));
    assertThat(configuration.eventsPerSecond()).isEqualTo(7);
    assertThat(configuration.eventsLevel()).isEqualTo(EventsLevel.DEBUG);
  }

  @Test
  @DisplayName("HDP-15 engines that share the connections divide the total limits")
  void sharesTotalsAmongEngines() throws Exception {
    Configuration configuration = LoadedText.load(directory, EVERY_KEY);

    assertThat(configuration.sharedEngine(1).limits()).isEqualTo(configuration.limits());
    assertThat(configuration.sharedEngine(4).limits())
        .isEqualTo(
            new EngineLimits(
                1 << 20,
                512L << 20,
                1000,
                2_000_000_000,
                1 << 16,
                10,
                0,
                1250,
                Long.MAX_VALUE / 4,
                new FragmentLimits(1 << 14, 2, 3, 5_000_000_000L),
                new ExpectationLimits(1_024, 9, 7_000_000_000L)));
    assertThat(configuration.sharedEngine(64).limits().fragments().groups()).isOne();
    assertThat(configuration.sharedEngine(64).policies()).isEqualTo(configuration.policies());
  }

  @Test
  @DisplayName("H-39 law 6 totals are cut to what the heap can hold, and check says how much it is")
  void fitsTheHeap() throws Exception {
    Configuration configuration = LoadedText.load(directory, EVERY_KEY);

    assertThat(configuration.within(64L << 20).sharedEngine(2).limits())
        .extracting(EngineLimits::totalBytes, EngineLimits::connectionBytes)
        .containsExactly(8L << 20, 12L << 20);
    assertThat(configuration.within(64L << 30).limits().totalBytes()).isEqualTo(2L << 30);
    assertThat(configuration.capacity(64L << 20))
        .isEqualTo(
            "a heap of 64 MiB holds 2304 inspected connections, or 5000 others, and 16 MiB of octets");
  }

  @Test
  @DisplayName("rules keep their order, each with its match, agent, action and mode")
  void readsRulesInOrder() throws Exception {
    List<Rule> rules = LoadedText.load(directory, EVERY_KEY).rules().rules();

    assertThat(rules)
        .extracting(Rule::name, Rule::agentName, Rule::action, Rule::mode)
        .containsExactly(
            tuple("control", "ftp", Action.ALLOW, Mode.ENFORCE),
            tuple("greeting", "substitute", Action.ALLOW, Mode.MONITOR),
            tuple("web-out", "http", Action.ALLOW, Mode.ENFORCE),
            tuple("rule-4", null, Action.REJECT, Mode.ENFORCE));
    assertThat(rules.subList(0, 3)).allSatisfy(rule -> assertThat(rule.agent()).isNotNull());
    assertThat(rules)
        .extracting(Rule::policies)
        .containsExactly(
            RulePolicies.NONE,
            RulePolicies.NONE,
            new RulePolicies(
                OnFailure.RESET, OnFailure.PASS, OnFailure.PASS, 1 << 20, 10_000_000_000L),
            RulePolicies.NONE);
    assertThat(rules.get(0).match())
        .isEqualTo(new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(21))));
    assertThat(rules.get(2).match())
        .isEqualTo(
            new Match(
                List.of(new Prefix(4, 0, 0x0A00_0000L, 8)),
                List.of(),
                List.of(new PortRange(1024, 65_536)),
                List.of(PortRange.of(80), PortRange.of(8080))));
    assertThat(rules.get(3).match().destinations())
        .containsExactly(
            new Prefix(6, 0x2001_0DB8_0000_0000L, 0, 32), new Prefix(4, 0, 0xC000_0201L, 32));
  }

  @Test
  @DisplayName("JSON, and a single rule without a list, mean the same")
  void readsOtherNotations() throws Exception {
    Rule yaml =
        LoadedText.load(directory, "rules:\n- match: {destination-port: 23}\n  action: drop\n")
            .rules()
            .rules()
            .getFirst();

    assertThat(
            LoadedText.load(
                    directory,
                    "{\n"
                        + "\t\"rules\": [{\"match\": {\"destination-port\": [23]}, \"action\":"
                        + " \"drop\"}]\n"
                        + "}")
                .rules()
                .rules())
        .containsExactly(yaml);
    assertThat(
            LoadedText.load(directory, "rules: {match: {destination-port: '23'}, action: drop}")
                .rules()
                .rules())
        .containsExactly(yaml);
  }

  @Test
  @DisplayName("the word any in a list of addresses or ports matches everything")
  void acceptsAnyInLists() throws Exception {
    Rule rule =
        LoadedText.load(
                directory,
                "rules: {match: {source: [10.0.0.1, any], destination-port: any}, action: drop}")
            .rules()
            .rules()
            .getFirst();

    assertThat(rule.match()).isEqualTo(Match.ANY);
  }

  @Test
  @DisplayName("HDP-11 with mode monitor no rule enforces")
  void monitorModeAppliesToEveryRule() throws Exception {
    Configuration configuration =
        LoadedText.load(
            directory,
            """
            mode: monitor
            rules:
              - { agent: ftp }
              - { agent: ftp, mode: enforce }
              - { agent: ftp, mode: "off" }
              - { agent: ftp, mode: off }
              - { action: drop }
            default-action: reject
            """);

    assertThat(configuration.mode()).isEqualTo(Mode.MONITOR);
    assertThat(configuration.rules().rules())
        .extracting(Rule::mode)
        .containsExactly(Mode.MONITOR, Mode.MONITOR, Mode.OFF, Mode.OFF, Mode.MONITOR);
    assertThat(configuration.rules().rules()).noneMatch(Rule::mayChange);
    assertThat(configuration.rules().defaultRule().mayChange()).isFalse();
  }

  @Test
  @DisplayName(
      "C-67 connections without a SYN pass in a capture, unless the file names another policy")
  void passesMidStreamConnectionsOfRecordings() throws Exception {
    Configuration silent = LoadedText.load(directory, "");
    Configuration naming = LoadedText.load(directory, "mid-stream: reset");

    assertThat(midStream(silent, Vantage.RECORDING)).isEqualTo(MidStream.PASS);
    assertThat(midStream(silent, Vantage.INLINE)).isEqualTo(MidStream.RESET);
    assertThat(midStream(naming, Vantage.RECORDING)).isEqualTo(MidStream.RESET);
    assertThat(midStream(naming, Vantage.INLINE)).isEqualTo(MidStream.RESET);
  }

  @Test
  @DisplayName("the engine gets all settings of the file")
  void passesSettingsToTheEngine() throws Exception {
    Configuration configuration = LoadedText.load(directory, EVERY_KEY);

    assertThat(configuration.engine(Vantage.INLINE))
        .isEqualTo(
            new EngineConfiguration(
                configuration.mode(),
                configuration.rules(),
                configuration.policies(),
                configuration.limits(),
                configuration.timeouts(),
                Vantage.INLINE));
  }

  @Test
  @DisplayName("sections without keys, and a byte order mark, change nothing")
  void toleratesEmptySections() throws Exception {
    Configuration configuration =
        LoadedText.load(directory, "\uFEFFport:\nrules:\nlimits: {}\ntimeouts:\nadmin:\nevents:\n");

    assertThat(configuration.limits()).isEqualTo(EngineLimits.DEFAULTS);
    assertThat(configuration.rules().rules()).isEmpty();
  }

  @Test
  @DisplayName("an agent's warning has its line, and the configuration stays usable")
  void keepsWarnings() throws Exception {
    Configuration configuration =
        LoadedText.load(directory, "rules:\n  - agent: ftp\n    settings: {odd: 1}\n");

    assertThat(configuration.rules().rules()).hasSize(1);
    assertThat(configuration.warnings())
        .containsExactly(directory.resolve("c.yaml") + ":3: odd setting, key=rules.settings.odd");
  }

  @Test
  @DisplayName("the summary says what each rule does")
  void summarisesRules() throws Exception {
    assertThat(LoadedText.load(directory, EVERY_KEY).summary())
        .containsExactly(
            "mode enforce, 4 rules, otherwise drop",
            "  control: destination-port 21 -> agent ftp (enforce)",
            "  greeting: destination-port 7000 -> agent substitute (monitor)",
            "  web-out: source 10.0.0.0/8 source-port 1024-65535 destination-port 80,8080"
                + " -> agent http (enforce)",
            "  rule-4: destination 2001:db8:0:0:0:0:0:0/32,192.0.2.1 destination-port 23"
                + " -> reject (enforce)");
    assertThat(LoadedText.load(directory, "rules: {agent: ftp}").summary())
        .containsExactly(
            "mode enforce, 1 rule, otherwise allow", "  rule-1: any -> agent ftp (enforce)");
  }

  private static MidStream midStream(Configuration configuration, Vantage vantage) {
    return configuration.engine(vantage).policies().midStream();
  }
}
