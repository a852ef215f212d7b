package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TwoEngines;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.IcmpErrors;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections owned by another engine, as in {@link TwoEngines}. */
class HandoffTest {
  private static final int OWNED_BY_FIRST = 40_000;
  private static final int OWNED_BY_SECOND = 40_001;
  private static final int SERVER_PORT = 80;
  private static final String RESET = "s> R. 1:1(0) ack 3\n>c R. 1:1(0) ack 2\n";
  private static final String EDITED =
      """
      c> P. 1:12(11) ack 1 "Hello world"
      >s P. 1:9(8) ack 1 "Hi world"
      s> . 1:1(0) ack 9
      >c . 1:1(0) ack 12
      """;

  static List<Ends> ends() {
    return List.of(Ends.IPV4, Ends.IPV6, Ends.IPV4.withVlans(100 << 12 | 7));
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName("HDP-15 the owner handles a segment that another engine received")
  void handsSegmentsToTheOwner(Ends ends) {
    TwoEngines engines = replacing();
    run(engines, ends.withPorts(OWNED_BY_SECOND, SERVER_PORT), TestEngine.OPEN + EDITED);
    assertThat(engines.first().connections()).isZero();
    assertThat(engines.second().connections()).isOne();
    assertThat(engines.first().counters().of(Reason.REDIRECTED)).isEqualTo(5);
    run(engines, ends.withPorts(OWNED_BY_FIRST, SERVER_PORT), TestEngine.OPEN + EDITED);
    assertThat(engines.first().connections()).isOne();
    assertThat(engines.first().counters().of(Reason.REDIRECTED)).isEqualTo(5);
  }

  @Test
  @DisplayName("HDP-12 the owner edits a datagram that another engine reassembled")
  void handsReassembledDatagramsToTheOwner() {
    TwoEngines engines = replacing();
    FragmentingBox.Fragmentation large =
        (frame, id) -> frame.length < 120 ? List.of(frame) : FrameFragments.cut(frame, id, 64, 72);
    run(
        new FragmentingBox(engines, large),
        Ends.IPV4.withPorts(OWNED_BY_SECOND, SERVER_PORT),
        TestEngine.OPEN
            + "c> P. 1:101(100) ack 1 \""
            + ("x".repeat(40) + "Hello" + "y".repeat(55))
            + """
            "
            >s . 1:45(44) ack 1
            >s . 45:89(44) ack 1
            >s P. 89:98(9) ack 1 "yyyyyyyyy"
            s> . 1:1(0) ack 98
            >c . 1:1(0) ack 101
            """);
    assertThat(engines.first().budget().usedBytes()).isZero();
    assertThat(engines.second().counters().of(Reason.FRAGMENT_WAITING)).isEqualTo(3);
  }

  @Test
  @DisplayName("C-53 fragments of a connection that the owner does not edit leave unchanged")
  void forwardsFragmentsOfUneditedConnections() {
    TwoEngines engines =
        new TwoEngines(
            router -> TestEngine.inline("Hello", "Hi").mode(Mode.MONITOR).router(router).engine());
    run(
        new FragmentingBox(engines, (frame, id) -> List.of(frame)),
        Ends.IPV4.withPorts(OWNED_BY_SECOND, SERVER_PORT),
        TestEngine.OPEN + "c> P. 1:12(11) ack 1 \"Hello world\"\n>s same\n");
    assertThat(engines.second().counters().edits()).isOne();
  }

  @Test
  @DisplayName("C-44 the owner maps an ICMP error about its segment")
  void handsErrorsToTheOwner() {
    TwoEngines engines = replacing();
    Ends ends = Ends.IPV4.withPorts(OWNED_BY_SECOND, SERVER_PORT);
    run(
        engines,
        ends,
        TestEngine.OPEN + "c> P. 1:12(11) ack 1 \"Hello world\"\n>s P. 1:9(8) ack 1\n");
    assertThat(play(engines, IcmpErrors.unreachable(sent(ends)))).isEqualTo(Disposition.TAKEN);
    assertThat(engines.first().counters().of(Reason.REDIRECTED)).isEqualTo(5);
    assertThat(engines.second().counters().of(Reason.ICMP_MAPPED)).isOne();
  }

  @Test
  @DisplayName("HDP-15 the owner judges a malformed header")
  void handsMalformedHeadersToTheOwner() {
    TwoEngines engines = replacing();
    Ends ends = Ends.IPV4.withPorts(OWNED_BY_SECOND, SERVER_PORT);
    run(engines, ends, TestEngine.OPEN + EDITED);
    byte[] malformed = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).build();
    malformed[46] = (byte) 0xf0;
    new Script(engines).between(ends).drops(malformed, Direction.CLIENT_TO_SERVER);
    assertThat(engines.first().counters().of(Reason.MALFORMED)).isZero();
    assertThat(engines.second().counters().of(Reason.MALFORMED)).isOne();
  }

  @Test
  @DisplayName(
      "law 10: when the queue is full, packets that may be edited are dropped, others pass")
  void dropsEditablePacketsWhenTheQueueIsFull() {
    TwoEngines engines = replacing();
    engines.fill();
    Ends ends = Ends.IPV4.withPorts(OWNED_BY_SECOND, SERVER_PORT);
    run(engines, ends, "c> S 0:0(0) win 65535\n");
    assertThat(play(engines, IcmpErrors.unreachable(sent(ends)))).isEqualTo(Disposition.TAKEN);
    assertThat(engines.first().counters().of(Reason.REDIRECT_LIMIT)).isEqualTo(2);
    assertThat(engines.second().counters().packets()).isZero();

    TwoEngines monitors =
        new TwoEngines(
            router -> TestEngine.inline("Hello", "Hi").mode(Mode.MONITOR).router(router).engine());
    monitors.fill();
    run(monitors, ends, "c> S 0:0(0) win 65535\n>s same\n");
    assertThat(monitors.first().counters().of(Reason.REDIRECT_LIMIT)).isOne();
  }

  @Test
  @DisplayName("HSI-6 an expected connection is known to all owners and opened once")
  void sharesExpectations() {
    TwoEngines engines = announcing(1);
    run(engines, Ends.IPV4.withPorts(40_000, 21), edited("go"));
    assertThat(engines.second().connections()).isOne();
    run(engines, Ends.IPV4.withPorts(40_002, 2_000), edited("ab"));
    run(engines, Ends.IPV4.withPorts(40_003, 2_000), untouched());
    run(engines, Ends.IPV4.withPorts(40_004, 2_000), untouched());

    run(engines, Ends.IPV4.withPorts(40_001, 21), edited("go"));
    assertThat(engines.first().connections()).isEqualTo(3);
    run(engines, Ends.IPV4.withPorts(40_005, 2_000), edited("ab"));
    run(engines, Ends.IPV4.withPorts(40_006, 2_000), untouched());
    engines.fill();
    run(engines, Ends.IPV4.withPorts(40_003, 21), edited("go"));
    assertThat(engines.first().counters().of(Reason.REDIRECT_LIMIT)).isOne();
  }

  @Test
  @DisplayName("HSI-6 each owner opens some of the expected connections, all of them once")
  void sharesSeveralConnections() {
    TwoEngines engines = announcing(3);
    run(engines, Ends.IPV4.withPorts(40_000, 21), edited("go"));
    run(engines, Ends.IPV4.withPorts(40_002, 2_000), edited("ab"));
    run(engines, Ends.IPV4.withPorts(40_003, 2_000), edited("ab"));
    run(engines, Ends.IPV4.withPorts(40_004, 2_000), edited("ab"));
    run(engines, Ends.IPV4.withPorts(40_005, 2_000), untouched());
    run(engines, Ends.IPV4.withPorts(40_006, 2_000), untouched());
  }

  @ParameterizedTest
  @ValueSource(strings = {"c> P. 3:5(2) ack 1 \"no\"\n>s P. 2:3(1) ack 1 \"x\"\n", RESET})
  @DisplayName("HSI-6 what is withdrawn, or ends with its connection, is unknown to all owners")
  void sharesTheEndOfExpectations(String ending) {
    TwoEngines engines = announcing(1);
    Script parent = new Script(engines).between(Ends.IPV4.withPorts(40_000, 21));
    parent.run(edited("go") + ending);
    run(engines, Ends.IPV4.withPorts(40_002, 2_000), untouched());
    run(engines, Ends.IPV4.withPorts(40_003, 2_000), untouched());
    long unmet = engines.second().counters().of(Reason.EXPECTATION_UNMET);
    assertThat(unmet).isEqualTo(ending.equals(RESET) ? 1 : 0);
    assertThat(engines.first().counters().of(Reason.EXPECTATION_UNMET)).isZero();
  }

  /**
   * Engines whose agent replaces each view by "x", after "go" expects connections to port 2000, and
   * after "no" does not any more.
   */
  private static TwoEngines announcing(int connections) {
    Octets address = Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT);
    Expectation expectation =
        new Expectation(
            Direction.CLIENT_TO_SERVER,
            new Endpoint(address, 2_000),
            new Handler.Rule("all"),
            Octets.empty(),
            connections);
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() == 0) {
            return;
          }
          if (view.at(0) == 'g') {
            out.expect(expectation);
          } else if (view.at(0) == 'n') {
            out.unexpect(expectation);
          }
          out.replace(view.length(), Octets.ofText("x"));
        });
    return new TwoEngines(router -> TestEngine.of(agent).serverPort(21).router(router).engine());
  }

  private static String edited(String text) {
    return TestEngine.OPEN + "c> P. 1:3(2) ack 1 \"" + text + "\"\n>s P. 1:2(1) ack 1 \"x\"\n";
  }

  private static String untouched() {
    return TestEngine.OPEN + "c> P. 1:3(2) ack 1 \"ab\"\n>s same\n";
  }

  private static TwoEngines replacing() {
    return new TwoEngines(router -> TestEngine.inline("Hello", "Hi").router(router).engine());
  }

  private static void run(Box box, Ends ends, String script) {
    new Script(box).between(ends).run(script);
  }

  private static byte[] sent(Ends ends) {
    return new FrameBuilder(ends, Direction.CLIENT_TO_SERVER)
        .numbers(1, 1)
        .payload(Octets.ofText("Hi world"))
        .build();
  }

  private static Disposition play(Box box, byte[] error) {
    return box.onPacket(Frames.packet(error, Leg.OUTSIDE, 0), 0, packet -> {});
  }
}
