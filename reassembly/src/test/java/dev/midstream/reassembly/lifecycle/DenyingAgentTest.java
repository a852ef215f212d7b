package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Policies.Multipath;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.box.WrappingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No client alone gets octets past an agent that denies. */
class DenyingAgentTest {
  /** An IPv6 destination options header of 224 octets before the TCP header. */
  private static final byte[] LONG_HEADER =
      HexFormat.of().parseHex("061b" + "01dc" + "00".repeat(220));

  private final List<String> views = new ArrayList<>();

  /** An engine whose agent denies the first octets that it sees. */
  private TestEngine denying() {
    return TestEngine.inline(agent());
  }

  private LambdaAgent agent() {
    return LambdaAgent.onClient((view, out) -> out.reset("denied")).denying().recording(views);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "raw 4502",
        "raw 1312" + "00112233445566778899aabbccddeeff",
        "raw 1d040102",
        "raw 02ff05b4"
      })
  @DisplayName(
      "C-47 C-51 H-56 an option that forbids editing does not turn an agent off that denies")
  void refusesAnOptionOfTheClient(String option) {
    TestEngine engine = denying();
    Engine made =
        engine.run(
            """
            c> S 0:0(0) <mss 1460,%1$s>
            >c R. -2147483643:-2147483643(0) ack 1
            c> S 0:0(0) <mss 1460,%1$s>
            >c R. -2147483643:-2147483643(0) ack 1
            c> . 1:5(4) ack 1 "evil"
            >c R 1:1(0)
            """
                .formatted(option));
    Reason reason = option.equals("raw 02ff05b4") ? Reason.MALFORMED : Reason.OPTION_FORBIDS;
    assertThat(made.counters().of(reason)).isEqualTo(3);
    assertThat(engine.events()).containsExactly(reason);
    assertThat(engine.eventTexts()).containsExactly("rejected rule=all");
  }

  @Test
  @DisplayName(
      "C-47 H-56 an option that forbids editing on the SYN-ACK does not turn the agent off")
  void refusesAnOptionOfTheServer() {
    TestEngine engine = denying();
    engine.run(
        """
        c> S 0:0(0) <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 <mss 1460,raw 4502>
        >s R 1:1(0)
        c> S 0:0(0) <mss 1460>
        >c R. -2147483643:-2147483643(0) ack 1
        c> S 700:700(0) <mss 1460>
        >s same
        """);
    assertThat(engine.events()).containsExactly(Reason.OPTION_FORBIDS);
  }

  @Test
  @DisplayName("C-48 H-56 mptcp: leave lets no connection past an agent that denies")
  void refusesMultipathThatIsLeft() {
    denying()
        .multipath(Multipath.LEAVE)
        .run(
            """
            c> S 0:0(0) <mss 1460,raw 1e0c10010102030405060708>
            >c R. -2147483643:-2147483643(0) ack 1
            """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "C-47 H-56 a recording and a monitored connection pass with an option that forbids editing")
  void leavesWhatIsNotEnforced(Vantage vantage) {
    denying()
        .vantage(vantage)
        .mode(vantage == Vantage.INLINE ? Mode.MONITOR : Mode.ENFORCE)
        .run(
            """
            c> S 0:0(0) <mss 1460,raw 4502>
            >s same
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> . 1:5(4) ack 1 "evil"
            >s same
            """);
    assertThat(views).isEmpty();
  }

  @Test
  @DisplayName("H-56 headers that are too long for the engine on a SYN do not turn the agent off")
  void refusesLongHeadersOfTheOpening() {
    TestEngine test = denying();
    List<Packet> sent = new ArrayList<>();
    Engine engine = test.engine();
    new Script(withLongHeaders(engine, sent))
        .between(Ends.IPV6)
        .run("c> S 0:0(0)\nnothing\nc> . 1:5(4) ack 1 \"evil\"\nnothing\n");
    assertThat(sent).as("resets").hasSize(2);
    assertThat(engine.counters().of(Reason.MALFORMED)).isEqualTo(2);
    assertThat(test.events()).containsExactly(Reason.MALFORMED);
  }

  @Test
  @DisplayName("H-56 headers that are too long for the engine on octets do not turn the agent off")
  void decidesOctetsWithLongHeaders() {
    List<Packet> sent = new ArrayList<>();
    Engine engine = denying().engine();
    Scripts.of(engine).between(Ends.IPV6).run(TestEngine.OPEN);
    new Script(withLongHeaders(engine, sent))
        .between(Ends.IPV6)
        .run("c> . 1:5(4) ack 1 \"evil\"\nnothing\n");
    assertThat(sent).as("a reset of each end").hasSize(2);
    assertThat(views).containsExactly("evil");
  }

  @Test
  @DisplayName(
      "C-68 H-56 octets before the SYN-ACK do not make a connection one-sided that is denied")
  void refusesAOneSidedConnection() {
    TestEngine engine = denying().midStream(MidStream.PASS);
    Engine made =
        engine.run(
            """
            c> S 0:0(0) <mss 1460>
            >s same
            c> . 1:2(1) ack 77 "x"
            >s . -1073741823:-1073741823(0) ack 77
            s> S. 0:0(0) ack 1 <mss 1460>
            >s R 1:1(0)
            c> . 1:5(4) ack 1 "evil"
            >s . -1073741823:-1073741823(0) ack 1
            """);
    assertThat(made.counters().of(Reason.ONE_SIDED)).isEqualTo(3);
    assertThat(engine.events()).containsExactly(Reason.ONE_SIDED);
  }

  @ParameterizedTest
  @EnumSource(names = {"PASS", "PICK_UP"})
  @DisplayName(
      "C-67 H-56 octets in mid-stream do not pass an agent that denies, whatever the policy")
  void refusesOctetsInMidStream(MidStream policy) {
    Engine engine =
        denying()
            .midStream(policy)
            .run(
                """
                c> . 1:5(4) ack 1 "evil"
                >s . -1073741823:-1073741823(0) ack 1
                s> . 1:1(0) ack 1
                >s R 1:1(0)
                """);
    assertThat(engine.connections()).isZero();
    assertThat(engine.counters().of(Reason.MID_STREAM)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-66 H-56 octets that fit no lone SYN-ACK do not pass an agent that denies")
  void refusesOctetsBesideALoneSynAck() {
    Engine engine =
        denying()
            .run(
                """
                s> S. 0:0(0) ack 1
                >c same
                c> . 1:5(4) ack 7000 "evil"
                nothing
                """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
  }

  @Test
  @DisplayName("C-66 H-56 a connection that finds no room does not pass an agent that denies")
  void refusesAConnectionWithoutRoom() {
    EngineLimits limits = EngineLimits.DEFAULTS.withConnections(1);
    Engine engine = denying().midStream(MidStream.PASS).limits(limits).engine();
    Scripts.of(engine).run(TestEngine.OPEN);
    Scripts.of(engine)
        .between(Ends.IPV4.withPorts(2, 80))
        .run(
            """
            c> S 0:0(0)
            nothing
            s> S. 0:0(0) ack 1
            nothing
            c> . 1:5(4) ack 1 "evil"
            >s . -1073741823:-1073741823(0) ack 1
            s> R 1:1(0)
            >c same
            """);
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isEqualTo(2);
    assertThat(engine.counters().of(Reason.MID_STREAM)).isOne();
  }

  @Test
  @DisplayName("H-56 octets that the agent leaves undecided do not pass when the program ends")
  void doesNotReleaseHeldOctetsAtTheEnd() {
    LambdaAgent holding =
        LambdaAgent.onClient((view, out) -> out.need(100)).denying().withoutFlush();
    Engine engine = TestEngine.inline(holding).engine();
    Scripts.of(engine, engine::leave)
        .run(
            TestEngine.OPEN
                + """
                c> . 1:5(4) ack 1 "evil"
                nothing
                end
                >s R. 1:1(0) ack 1
                >c R. 1:1(0) ack 1
                """);
  }

  @Test
  @DisplayName(
      "HDP-15 H-56 a malformed packet of no known connection does not pass an agent that denies")
  void refusesMalformedPackets() {
    byte[] malformed = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER).build();
    malformed[46] = (byte) 0xf0;
    Scripts.of(denying().engine()).drops(malformed, Direction.CLIENT_TO_SERVER);
    Scripts.of(TestEngine.inline("a", "b").engine()).passes(malformed, Direction.CLIENT_TO_SERVER);
  }

  @Test
  @DisplayName("C-73 H-56 inline, a segment that a capture truncated ends what must be decided")
  void refusesTruncatedOctets() {
    TestEngine engine = denying();
    engine.open(
        """
        c> . 1:5(4) ack 1 "evil" cut 2
        >s R. 1:1(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    assertThat(engine.events()).containsExactly(Reason.TRUNCATED);
  }

  private static Box withLongHeaders(Engine engine, List<Packet> sent) {
    return new WrappingBox(new Collecting(Scripts.box(engine), sent), 60, LONG_HEADER);
  }

  /** Collects what an engine sends besides the packet that it forwards. */
  private record Collecting(Box engine, List<Packet> sent) implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      return engine.onPacket(packet, nowNanos, sent::add);
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      engine.onTimer(nowNanos, sent::add);
    }

    @Override
    public long nextDeadlineNanos() {
      return engine.nextDeadlineNanos();
    }
  }
}
