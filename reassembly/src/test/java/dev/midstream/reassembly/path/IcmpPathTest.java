package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.EmittedFrame;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.IcmpErrors;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.IcmpView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ICMP errors that quote segments of the engine. "Hello" at offset 0 became "Hi"; 100 octets
 * follow.
 */
class IcmpPathTest {
  private static final String EDITED =
      "c> P. 1:106(105) ack 1 \"Hello" + "x".repeat(100) + "\"\n>s P. 1:103(102) ack 1\n";

  /** The server's octets prove that packets of 1,000 octets pass; then an agent replies 2,000. */
  private static final String REPLIED =
      """
      s> . 1:1001(1000) ack 1
      >c same
      c> . 1:1(0) ack 1001
      >s same
      c> . 1:2(1) ack 1001 "!"
      >s same
      >c . 1001:2001(1000) ack 1
      >c P. 2001:3001(1000) ack 1
      """;

  private final IcmpView quote = new IcmpView();

  static List<Ends> ends() {
    return List.of(Ends.IPV4, Ends.IPV6, Ends.IPV4.withVlans(100 << 12 | 7));
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName(
      "C-44 H-44 an error quotes the sequence number that its sender used; checksums stay right")
  void mapsTheQuotedSequenceNumber(Ends ends) {
    Engine engine = inline(ends, EDITED);
    byte[] error = IcmpErrors.tooBig(sent(ends, 53, 1), 1_300);
    assertThat(play(engine, error)).isEqualTo(Disposition.FORWARD);
    read(error);
    assertThat(quote.sequence()).isEqualTo(ends.clientIsn() + 56);
    assertThat(quote.isChecksumRight()).isTrue();
    assertThat(quote.linkBytes()).isEqualTo(1_300);
    assertThat(engine.counters().of(Reason.ICMP_MAPPED)).isOne();
  }

  @Test
  @DisplayName("C-44 inside an edit the quote names the start of the edit")
  void mapsASequenceNumberInsideAnEdit() {
    Engine engine = inline(Ends.IPV4, EDITED);
    byte[] error = IcmpErrors.unreachable(sent(Ends.IPV4, 2, 1));
    assertThat(play(engine, error)).isEqualTo(Disposition.FORWARD);
    read(error);
    assertThat(quote.sequence()).isEqualTo(Ends.IPV4.clientIsn() + 1);
  }

  @Test
  @DisplayName("C-44 an error quotes the acknowledgement that its sender used")
  void mapsTheQuotedAcknowledgement() {
    Engine engine =
        inline(
            Ends.IPV4,
            """
            s> P. 1:8(7) ack 1 "Hello42"
            >c P. 1:5(4) ack 1 "Hi42"
            c> . 1:1(0) ack 5
            >s . 1:1(0) ack 8
            c> . 1:11(10) ack 5
            >s . 1:11(10) ack 8
            """);
    byte[] error = IcmpErrors.unreachable(sent(Ends.IPV4, 1, 8));
    assertThat(play(engine, error)).isEqualTo(Disposition.FORWARD);
    read(error);
    assertThat(quote.sequence()).isEqualTo(Ends.IPV4.clientIsn() + 1);
    assertThat(quote.acknowledgement()).isEqualTo(Ends.IPV4.serverIsn() + 5);
    assertThat(quote.isChecksumRight()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 52, 103, 5_000, -5_000})
  @DisplayName("C-44 RFC 5927 an error about octets that are not in flight is dropped")
  void dropsErrorsAboutOctetsNotInFlight(int sequence) {
    Engine engine = inline(Ends.IPV4, EDITED + "s> . 1:1(0) ack 53\n>c . 1:1(0) ack 56\n");
    assertThat(play(engine, IcmpErrors.tooBig(sent(Ends.IPV4, sequence, 1), 600)))
        .isEqualTo(Disposition.TAKEN);
    assertThat(engine.counters().of(Reason.ICMP_INVALID)).isOne();
  }

  @Test
  @DisplayName("C-52 C-44 an error with a wrong checksum is dropped")
  void dropsErrorsWithAWrongChecksum() {
    Engine engine = inline(Ends.IPV4, EDITED);
    byte[] error = IcmpErrors.tooBig(sent(Ends.IPV4, 53, 1), 600);
    error[36] ^= 1;
    assertThat(play(engine, error)).isEqualTo(Disposition.TAKEN);
    assertThat(engine.counters().of(Reason.BAD_CHECKSUM)).isOne();
  }

  @Test
  @DisplayName("C-44 an error about a SYN passes unchanged")
  void forwardsErrorsAboutTheOpening() {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Scripts.of(engine).run("c> S 0:0(0) <mss 1460>\n>s same");
    byte[] error = IcmpErrors.unreachable(sent(Ends.IPV4, 0, 0));
    byte[] before = error.clone();
    assertThat(play(engine, error)).isEqualTo(Disposition.FORWARD);
    assertThat(error).isEqualTo(before);
  }

  @Test
  @DisplayName("law 7 errors about other connections, monitored ones and recordings pass unchanged")
  void forwardsOtherErrors() {
    byte[] other = IcmpErrors.tooBig(sent(Ends.IPV4.withPorts(1, 2), 53, 1), 600);
    assertUntouched(inline(Ends.IPV4, EDITED), other);
    byte[] error = IcmpErrors.tooBig(sent(Ends.IPV4, 53, 1), 600);
    TestEngine monitored = TestEngine.of("Hello", "Hi").mode(Mode.MONITOR);
    assertUntouched(monitored.open(""), error);
    assertUntouched(TestEngine.of("Hello", "Hi").open(EDITED), error);
  }

  @ParameterizedTest
  @ValueSource(ints = {600, 0, 100})
  @DisplayName("C-44 H-44 later segments of the engine fit the path MTU")
  void limitsSegmentsToThePathMtu(int linkBytes) {
    Engine engine = TestEngine.inline(grow()).engine();
    Script script = Scripts.of(engine);
    script.run(
        TestEngine.OPEN
            + """
            c> . 1:1001(1000) ack 1
            >s . 1:1001(1000) ack 1
            c> . 1001:2001(1000) ack 1
            >s . 1001:2001(1000) ack 1
            s> . 1:1(0) ack 1001
            >c . 1:1(0) ack 1001
            """);
    assertThat(play(engine, IcmpErrors.tooBig(sent(Ends.IPV4, 1_001, 1), linkBytes)))
        .isEqualTo(Disposition.FORWARD);
    int piece = linkBytes == 600 ? 560 : linkBytes == 0 ? 1_006 - 40 : 536;
    script.run(
        "c> . 2001:2002(1) ack 1 \"!\"\n>s . 2001:%d(%d) ack 1\n>s . %d:3001(%d) ack 1\n"
            .formatted(2_001 + piece, piece, 2_001 + piece, 1_000 - piece));
  }

  @Test
  @DisplayName("C-44 H-44 larger segments are tried again ten minutes after the last error")
  void probesThePathMtuAgain() {
    Engine engine = TestEngine.inline(grow()).engine();
    Script script = Scripts.of(engine);
    script.run(
        TestEngine.OPEN
            + """
            c> . 1:1001(1000) ack 1
            >s . 1:1001(1000) ack 1
            s> . 1:1(0) ack 1001
            >c . 1:1(0) ack 1001
            c> . 1001:2001(1000) ack 1
            >s . 1001:2001(1000) ack 1
            """);
    assertThat(play(engine, IcmpErrors.tooBig(sent(Ends.IPV4, 1_001, 1), 600)))
        .isEqualTo(Disposition.FORWARD);
    script.run(
        """
        s> . 1:1(0) ack 2001
        >c . 1:1(0) ack 2001
        at 599.9s
        c> . 2001:2002(1) ack 1 "!"
        >s . 2001:2561(560) ack 1
        >s . 2561:3001(440) ack 1
        s> . 1:1(0) ack 3001
        >c . 1:1(0) ack 2002
        at 600.0s
        c> . 2002:2002(0) ack 1
        >s . 3001:3001(0) ack 1
        c> . 2002:2003(1) ack 1 "!"
        >s . 3001:4001(1000) ack 1
        """);
  }

  @Test
  @DisplayName(
      "C-44 H-44 octets that the engine owns are resegmented and sent once; their error stops here")
  void resegmentsItsOwnOctets() {
    LambdaAgent replying =
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() == 1) {
            out.pass(1);
            out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("y".repeat(2_000)));
          } else {
            SimpleAgents.pass(view, out);
          }
        });
    Engine engine = TestEngine.inline(replying).engine();
    Scripts.of(engine).run(TestEngine.OPEN + REPLIED);
    byte[] error = IcmpErrors.tooBig(sentByServer(1_001), 600);
    List<String> made = new ArrayList<>();
    PacketOutput out = packet -> made.add(EmittedFrame.of(packet, packet.leg()).line(Ends.IPV4));
    assertThat(engine.onPacket(packet(error), 0, out)).isEqualTo(Disposition.TAKEN);
    assertThat(made).hasSize(2);
    assertThat(made.get(0)).contains(" 1001:1561(560) ack 1");
    assertThat(made.get(1)).contains(" 1561:2121(560) ack 1");
    assertThat(engine.onPacket(packet(error), 0, out)).isEqualTo(Disposition.TAKEN);
    assertThat(made).hasSize(2);
  }

  @Test
  @DisplayName("C-44 an error about the first octet of a stream stops here, if the engine owns it")
  void keepsErrorsAboutAReplyInFront() {
    Engine engine =
        TestEngine.inline(
                LambdaAgent.onClient((view, out) -> {
                  SimpleAgents.pass(view, out);
                  out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("y".repeat(400)));
                }))
            .engine();
    Scripts.of(engine)
        .run(
            TestEngine.OPEN
                + """
                c> . 1:2(1) ack 1 "!"
                >s same
                >c P. 1:401(400) ack 1
                """);
    assertThat(play(engine, IcmpErrors.unreachable(sentByServer(1)))).isEqualTo(Disposition.TAKEN);
    assertThat(engine.counters().of(Reason.ICMP_MAPPED)).isOne();
  }

  @Test
  @DisplayName(
      "law 6 C-44 arrays that grow because an error makes the engine retransmit are charged")
  void chargesWhatAnErrorMakesGrow() {
    LambdaAgent replying =
        LambdaAgent.onClient((view, out) -> {
          SimpleAgents.pass(view, out);
          for (int i = 0; i < 100 && view.length() > 0; i++) {
            out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("y".repeat(20)));
          }
        });
    Engine engine = TestEngine.inline(replying).engine();
    Scripts.of(engine).run(TestEngine.OPEN + REPLIED);
    long uncharged = arrayBytes(engine) - engine.budget().usedBytes();
    byte[] error = IcmpErrors.tooBig(sentByServer(1_001), 600);

    assertThat(engine.onPacket(packet(error), 0, out -> {})).isEqualTo(Disposition.TAKEN);

    assertThat(arrayBytes(engine) - engine.budget().usedBytes()).isEqualTo(uncharged);
  }

  /** The arrays of the direction to the client. */
  private static long arrayBytes(Engine engine) {
    return Connections.only(engine).stream(Direction.SERVER_TO_CLIENT).memory().heapBytes();
  }

  private static byte[] sentByServer(int sequence) {
    return new FrameBuilder(Ends.IPV4, Direction.SERVER_TO_CLIENT)
        .numbers(sequence, 2)
        .payload(Octets.ofText("y".repeat(1_000)))
        .build();
  }

  private static LambdaAgent grow() {
    return LambdaAgent.by((direction, view, out) -> {
      if (view.length() == 1) {
        out.replace(1, Octets.ofText("y".repeat(1_000)));
      } else if (view.length() > 0) {
        out.pass(view.length());
      }
    });
  }

  private void assertUntouched(Engine engine, byte[] error) {
    byte[] before = error.clone();
    assertThat(play(engine, error)).isEqualTo(Disposition.FORWARD);
    assertThat(error).isEqualTo(before);
    assertThat(engine.counters().of(Reason.NOT_OURS)).isOne();
  }

  private static Engine inline(Ends ends, String script) {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Scripts.of(engine).between(ends).run(TestEngine.OPEN + script);
    return engine;
  }

  /** A segment as it left for the server. */
  private static byte[] sent(Ends ends, int sequence, int ack) {
    return sent(ends, sequence, ack, 1_000);
  }

  private static byte[] sent(Ends ends, int sequence, int ack, int bytes) {
    return new FrameBuilder(ends, Direction.CLIENT_TO_SERVER)
        .numbers(sequence, ack)
        .payload(Octets.ofText("q".repeat(bytes)))
        .build();
  }

  private void read(byte[] frame) {
    assertThat(quote.read(packet(frame))).isTrue();
  }

  private static Disposition play(Engine engine, byte[] frame) {
    return engine.onPacket(
        packet(frame),
        0,
        made -> {
          throw new AssertionError("the engine made a packet");
        });
  }

  private static Packet packet(byte[] frame) {
    return Frames.packet(frame, Leg.OUTSIDE, 0);
  }

  @Test
  @DisplayName("H-44 RFC 1191 an error without a size about a packet of a plateau's size lowers it")
  void takesThePlateauBelowThePacket() {
    Engine engine = TestEngine.inline(grow()).engine();
    Script script = Scripts.of(engine);
    script.run(
        TestEngine.OPEN
            + """
            c> . 1:967(966) ack 1
            >s . 1:967(966) ack 1
            c> . 967:1933(966) ack 1
            >s . 967:1933(966) ack 1
            s> . 1:1(0) ack 967
            >c . 1:1(0) ack 967
            """);
    assertThat(play(engine, IcmpErrors.tooBig(sent(Ends.IPV4, 967, 1, 966), 0)))
        .isEqualTo(Disposition.FORWARD);
    script.run(
        """
        c> . 1933:1934(1) ack 1 "!"
        >s . 1933:2469(536) ack 1
        >s . 2469:2933(464) ack 1
        """);
  }
}
