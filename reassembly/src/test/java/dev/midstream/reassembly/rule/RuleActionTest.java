package dev.midstream.reassembly.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RuleActionTest {
  /** A conversation that passes unchanged. */
  private static final String UNTOUCHED =
      """
      c> S 0:0(0) <mss 1460>
      >s same
      s> S. 0:0(0) ack 1 <mss 1460>
      >c same
      c> P. 1:6(5) ack 1 "Hello" badsum
      >s same
      c> . 9:11(2) ack 1 urg 3
      >s same
      s> . 1:1(0) ack 99
      >c same
      s> R. 1:1(0) ack 6
      >c same
      """;

  /** Rules for server ports 80 (an agent), 81 (drop) and 82 (reject); other ports are allowed. */
  private static Engine engine(Mode program, Mode ofRules) {
    return engine(program, ofRules, EventSink.NONE);
  }

  private static Engine engine(Mode program, Mode ofRules, EventSink events) {
    List<Rule> rules =
        List.of(
            new Rule(
                "edit",
                port(80),
                Action.ALLOW,
                "t",
                SimpleAgents.replacing("Hello", "Hi"),
                ofRules),
            new Rule("drop", port(81), Action.DROP, null, null, ofRules),
            new Rule("reject", port(82), Action.REJECT, null, null, ofRules));
    return new Engine(
        new EngineConfiguration(
            program,
            new RuleTable(rules, Action.ALLOW, program),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        new UnpooledByteBufAllocator(true, true),
        events);
  }

  private static Match port(int port) {
    return new Match(List.of(), List.of(), List.of(), List.of(new PortRange(port, port + 1)));
  }

  private static Script to(Engine engine, int port) {
    return Scripts.of(engine).between(Ends.IPV6.withPorts(40_000, port));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-62 HDP-11 a connection that no rule matches passes unchanged in every mode")
  void forwardsUnmatchedConnections(Mode program) {
    to(engine(program, Mode.ENFORCE), 83).run(UNTOUCHED);
  }

  @ParameterizedTest
  @CsvSource({
    "MONITOR, ENFORCE",
    "ENFORCE, MONITOR",
    "OFF, ENFORCE",
    "ENFORCE, OFF",
    "MONITOR, OFF"
  })
  @DisplayName("C-62 HDP-11 the weaker mode of program and rule limits agent and action")
  void followsTheWeakerMode(Mode program, Mode ofRules) {
    for (int port = 80; port <= 82; port++) {
      to(engine(program, ofRules), port).run(UNTOUCHED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MONITOR, ENFORCE, 81, would be dropped rule=drop",
    "ENFORCE, MONITOR, 82, would be rejected rule=reject",
    "OFF, MONITOR, 81,",
    "MONITOR, OFF, 82,"
  })
  @DisplayName("OWN-3 HDP-11 a denial in monitor mode is reported once as not carried out")
  void reportsDenialsOfMonitorMode(
      Mode program, Mode ofRules, int port, @Nullable String expected) {
    List<String> texts = new ArrayList<>();
    Engine engine = engine(program, ofRules, (reason, connection, text) -> texts.add(text));
    to(engine, port).run(UNTOUCHED);
    assertThat(texts).isEqualTo(expected == null ? List.of() : List.of(expected));
  }

  @Test
  @DisplayName("OWN-3 a rule drops its connection from the SYN on")
  void dropsFromTheSyn() {
    Engine engine = engine(Mode.ENFORCE, Mode.ENFORCE);
    to(engine, 81).run("c> S 0:0(0)\nc> S 0:0(0)\nc> . 1:6(5) ack 1\ns> . 1:1(0) ack 1\nnothing");
    assertThat(engine.counters().of(Reason.RULE_DROP)).isEqualTo(4);
  }

  /** The server's end would open a connection to port 81 or 82. */
  @ParameterizedTest
  @CsvSource({"81, ''", "82, ''", "81, s> R 77:77(0)", "82, s> R 77:77(0)"})
  @DisplayName("H-24 OWN-3 a blind SYN has no rule refuse a connection that passes")
  void passesBesideABlindSyn(int port, String reset) {
    Engine engine = engine(Mode.ENFORCE, Mode.ENFORCE);
    Ends ends = Ends.IPV6.withPorts(port, 79);
    Script script = Scripts.of(engine).between(ends);
    script.run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n>c same\nc> . 1:6(5) ack 1\n>s same\n");
    script.run("s> . 1:3(2) ack 6\n>c same\n" + (reset.isEmpty() ? "" : reset + "\n>c same\n"));
    Scripts.of(engine).between(ends.withIsns(4_000, 9_000)).run("s> S 0:0(0)\nnothing");
    script.run("c> . 6:8(2) ack 3\n>s same\ns> . 3:4(1) ack 8\n>c same\n");
    assertThat(engine.counters().connections()).isOne();
    Reason reason = port == 81 ? Reason.RULE_DROP : Reason.RULE_REJECT;
    assertThat(engine.counters().of(reason)).isOne();
  }

  private static final String WHOLE = "c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n>c same\n";
  private static final String ANSWER = "s> S. 0:0(0) ack 1\n>c same\n";
  private static final String FINS =
      "c> F. 777:777(0) ack 1\n>s same\ns> F. 888:888(0) ack 1\n>c same\n";

  /** The server's end would open a connection to port 81 or 82. */
  @ParameterizedTest
  @CsvSource({"81, true, true", "82, true, true", "81, false, false", "82, false, false"})
  @DisplayName("H-24 OWN-3 nor after blind FINs, nor where only its SYN-ACK was seen")
  void passesBesideABlindSynStill(int port, boolean isSynSeen, boolean areFinsBlind) {
    Engine engine = engine(Mode.ENFORCE, Mode.ENFORCE);
    Ends ends = Ends.IPV6.withPorts(port, 79);
    Script script = Scripts.of(engine).between(ends);
    script.run((isSynSeen ? WHOLE : ANSWER) + "c> . 1:6(5) ack 1\n>s same\n");
    script.run("s> . 1:3(2) ack 6\n>c same\n" + (areFinsBlind ? FINS : ""));
    Scripts.of(engine).between(ends.withIsns(4_000, 9_000)).run("s> S 0:0(0)\nnothing");
    script.run("c> . 6:8(2) ack 3\n>s same\ns> . 3:4(1) ack 8\n>c same\n");
    assertThat(engine.counters().connections()).isOne();
    Reason reason = port == 81 ? Reason.RULE_DROP : Reason.RULE_REJECT;
    assertThat(engine.counters().of(reason)).isOne();
  }

  @Test
  @DisplayName("H-24 OWN-3 refused SYNs keep no connection for long that a reset has ended")
  void refusesAgainAfterTheEnd() {
    Engine engine = engine(Mode.ENFORCE, Mode.ENFORCE);
    Ends ends = Ends.IPV6.withPorts(82, 79);
    Scripts.of(engine)
        .between(ends)
        .run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n>c same\nc> . 1:6(5) ack 1\n>s same\n")
        .run("s> R. 1:1(0) ack 6\n>c same\n");
    Script next = Scripts.of(engine).between(ends.withIsns(4_000, 9_000));
    for (int i = 1; i <= 2; i++) {
      next.run("at " + 10 * i + "s\ns> S 0:0(0)\n");
    }
    next.run("at 31s\ns> S 0:0(0)\n>s R. -4000:-4000(0) ack 1\n");
  }

  @Test
  @DisplayName("OWN-3 a rule rejects its connection with a reset")
  void rejectsWithAReset() {
    Engine engine = engine(Mode.ENFORCE, Mode.ENFORCE);
    Scripts.of(engine)
        .between(Ends.IPV6.withPorts(40_000, 82).withIsns(7, 0))
        .run("c> S 0:0(0)\n>c R. 0:0(0) ack 1 win 0\nc> R 1:1(0)\nnothing");
    assertThat(engine.counters().of(Reason.RULE_REJECT)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-41 a SYN-ACK that arrives first: the rule is found by the server's port")
  void findsTheRuleFromASynAck() {
    Engine engine = engine(Mode.ENFORCE, Mode.ENFORCE);
    to(engine, 81).run("s> S. 0:0(0) ack 1\nc> . 1:1(0) ack 1\nnothing");
    to(engine, 83).run("s> S. 0:0(0) ack 1\n>c same\nc> . 1:1(0) ack 1\n>s same");
  }

  @Test
  @DisplayName("a RST of an unknown connection passes and opens nothing")
  void forwardsStrayResets() {
    Engine engine = engine(Mode.ENFORCE, Mode.ENFORCE);
    to(engine, 80).run("c> R 1:1(0)\n>s same");
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("C-41 the sender of the SYN is the client, also if it sent a SYN-ACK before")
  void knowsTheClientByItsSyn() {
    Engine engine = engine(Mode.ENFORCE, Mode.ENFORCE);
    String swapped = "c> S. 0:0(0) ack 1\n>s same\n";
    to(engine, 80).run(swapped + "s> R 1:1(0)\n>c same\n");
    to(engine, 80)
        .run(
            """
            c> S 0:0(0)
            >s same
            s> S. 0:0(0) ack 1
            >c same
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            """);
    to(engine, 81).run(swapped + "c> S 0:0(0)\nnothing\n");
  }

  @Test
  @DisplayName("the rule of a segment is that of its connection, or the one that would open it")
  void findsTheRuleOfASegment() {
    Engine engine = engine(Mode.ENFORCE, Mode.ENFORCE);
    assertThat(ruleOf(engine, 80, TcpFlags.SYN)).isEqualTo("edit");
    assertThat(ruleOf(engine, 83, TcpFlags.ACK)).isEqualTo("default");
    to(engine, 80).run(TestEngine.OPEN);
    assertThat(ruleOf(engine, 80, TcpFlags.ACK)).isEqualTo("edit");
    assertThat(engine.connections()).isOne();
  }

  private static String ruleOf(Engine engine, int port, int flags) {
    Ends ends = Ends.IPV6.withPorts(40_000, port);
    FrameView view = new FrameView();
    view.read(
        Frames.packet(
            new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).flags(flags).build(),
            Leg.INSIDE,
            0));
    return engine.ruleOf(view, 0).name();
  }
}
