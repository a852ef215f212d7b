package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies.Multipath;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthAndOptionsTest {
  @Test
  @DisplayName("C-42 C-43 growth leaves in pieces of the receiver's MSS, PSH and FIN on the last")
  void cutsWhatGrew() {
    Engine engine =
        TestEngine.of(Rules.becoming("x".repeat(120)))
            .run(
                Opening.of("<mss 100>", "<mss 48>", "")
                    + """
                    c> P. 1:2(1) ack 1
                    >s . 1:49(48) ack 1
                    >s . 49:97(48) ack 1
                    >s P. 97:121(24) ack 1 "xxxxxxxxxxxxxxxxxxxxxxxx"
                    c> FP. 2:3(1) ack 1
                    >s . 121:169(48) ack 1
                    >s . 169:217(48) ack 1
                    >s FP. 217:241(24) ack 1
                    """);
    assertThat(engine.counters().of(Reason.RE_SEGMENTED)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-46 H-1 every segment that leaves carries the newest timestamps of its end")
  void keepsTimestampsInOrder(Reading reading) {
    String repeated =
        """
        c> . 1:4(3) ack 1 <TS 19/899> "Hel"
        >s . 1:3(2) ack 1 <TS 21/900> "Hi"
        """;
    boolean inline = reading == Reading.EDITED;
    TestEngine.of("Hello", "Hi")
        .reading(reading)
        .run(
            Opening.of("<mss 1460,TS 10/0>", "<mss 1460,TS 900/10>", "")
                + "c> . 4:7(3) ack 1 <TS 21/900> \"lo!\"\n"
                + (inline ? ">c . 1:1(0) ack 1 <TS 900/10>\n" : "")
                + """
                c> . 1:4(3) ack 1 <TS 20/900> "Hel"
                >s . 1:4(3) ack 1 <TS 21/900> "Hi!"
                """
                + (inline ? "nothing\n" : repeated));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"raw 1312" + "00112233445566778899aabbccddeeff", "raw 1d040102", "raw 4502"})
  @DisplayName("C-47 TCP-MD5, TCP-AO, TCP-ENO: never edited, bit for bit")
  void neverEditsAuthenticatedConnections(String option) {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .run(
                """
                c> S 0:0(0) <%s>
                >s same
                s> S. 0:0(0) ack 1
                >c same
                c> . 1:6(5) ack 1 "Hello"
                >s same
                """
                    .formatted(option));
    assertThat(engine.counters().of(Reason.OPTION_FORBIDS)).isOne();
  }

  @Test
  @DisplayName("C-48 Multipath TCP is left alone, or its option is taken off")
  void leavesOrStripsMultipath() {
    String syn = "c> S 0:0(0) <mss 1460,raw 1e0c00810102030405060708>\n";
    String rest = "s> S. 0:0(0) ack 1 <mss 1460>\n>c same\nc> . 1:6(5) ack 1 \"Hello\"\n";
    TestEngine.of("Hello", "Hi")
        .multipath(Multipath.LEAVE)
        .run(syn + ">s same\n" + rest + ">s same");
    TestEngine.of("Hello", "Hi")
        .multipath(Multipath.STRIP)
        .run(syn + ">s S 0:0(0) <mss 1460>\n" + rest + ">s . 1:3(2) ack 1 \"Hi\"");
  }

  @Test
  @DisplayName(
      "C-49 octets on a SYN wait until the server has answered it; they are octets like any other")
  void editsOctetsOnASyn() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:5(5) <mss 1460> "Hello"
            >s S 0:0(0) <mss 1460>
            s> S. 0:0(0) ack 6 <mss 1460>
            >c S. 0:0(0) ack 1 <mss 1460>
            >s . 1:3(2) ack 1 "Hi"
            c> . 6:6(0) ack 1
            >s . 3:3(0) ack 1
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("C-49 a server that took the SYN only gets the octets again")
  void repeatsOctetsOfASyn() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:5(5) <mss 1460> "Hello"
            >s S 0:0(0) <mss 1460>
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> . 1:7(6) ack 1 "Hello!"
            >s . 1:4(3) ack 1 "Hi!"
            """);
  }

  @Test
  @DisplayName("C-50 the urgent flag is taken off, or the connection is reset")
  void clearsOrMapsTheUrgentPointer() {
    String sent = "c> U. 1:9(8) ack 1 urg 7 \"aHellobc\"\n";
    TestEngine.of("Hello", "Hi")
        .urgent(Urgent.CLEAR)
        .open(sent + ">s . 1:6(5) ack 1 urg 0 \"aHibc\"");
    TestEngine.of("Hello", "Hi")
        .urgent(Urgent.RESET)
        .open(sent + ">s . 1:6(5) ack 1 urg 0 \"aHibc\"\n>s R. 6:6(0) ack 1\n>c R. 1:1(0) ack 1");
  }

  @Test
  @DisplayName("C-51 options with a damaged length: nothing past the end is read, nothing edited")
  void leavesDamagedOptionsAlone() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .run(
                """
                c> S 0:0(0) <raw 02ff05b4>
                >s same
                s> S. 0:0(0) ack 1
                >c same
                c> . 1:6(5) ack 1 "Hello"
                >s same
                """);
    assertThat(engine.counters().of(Reason.MALFORMED)).isOne();
  }

  @Test
  @DisplayName("C-52 a wrong checksum: recorded it is counted and made right, inline it is dropped")
  void wrongChecksums() {
    String sent = "c> . 1:6(5) ack 1 \"Hello\" badsum\n";
    String unedited = "c> . 6:9(3) ack 1 \"abc\" badsum\n";
    Engine recorded =
        TestEngine.of("Hello", "Hi")
            .open(sent + ">s . 1:3(2) ack 1 \"Hi\"\n" + unedited + ">s . 3:6(3) ack 1 \"abc\"");
    assertThat(recorded.counters().of(Reason.BAD_CHECKSUM)).isEqualTo(2);
    Engine inline = TestEngine.inline("Hello", "Hi").open(sent + "nothing");
    assertThat(inline.counters().of(Reason.BAD_CHECKSUM)).isOne();
  }

  @Test
  @DisplayName("C-55 tags are kept, and octets behind the packet are no payload")
  void keepsTagsAndForgetsPadding() {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    new Script(engine)
        .between(Ends.IPV4.withVlans(100 << 12 | 7))
        .run(
            TestEngine.OPEN
                + """
                c> . 1:1(0) ack 1 pad 6
                >s . 1:1(0) ack 1
                c> . 1:6(5) ack 1 "Hello" pad 3
                >s . 1:3(2) ack 1 "Hi"
                """);
    assertThat(engine.connections()).isOne();
  }

  @Test
  @DisplayName("C-56 what is no TCP over IP, or cannot be read, passes as it is")
  void passesWhatIsNotOurs() {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    byte[] whole = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER).build();
    Script script = new Script(engine);
    script.passes(new byte[60], Direction.CLIENT_TO_SERVER);
    byte[] udp = whole.clone();
    udp[23] = 17;
    script.passes(udp, Direction.SERVER_TO_CLIENT);
    byte[] lying = whole.clone();
    lying[46] = (byte) 0xf0;
    script.passes(lying, Direction.CLIENT_TO_SERVER);
    assertThat(engine.counters().of(Reason.NOT_OURS)).isEqualTo(2);
    assertThat(engine.counters().of(Reason.MALFORMED)).isOne();
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("a header that lies brings no octets past the agent of an edited connection")
  void dropsLyingHeadersOfEditedConnection() {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Script script = new Script(engine);
    script.run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"\n");
    byte[] lying = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER).build();
    lying[46] = (byte) 0xf0;
    script.drops(lying, Direction.CLIENT_TO_SERVER);
    assertThat(engine.counters().of(Reason.MALFORMED)).isOne();
  }

  @Test
  @DisplayName("C-56 a header that lies is no reason to leave a packet out of a recording")
  void keepsLyingHeadersOfRecordings() {
    Script script = new Script(TestEngine.of("Hello", "Hi").engine());
    script.run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"\n");
    byte[] lying = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER).build();
    lying[46] = (byte) 0xf0;
    script.passes(lying, Direction.CLIENT_TO_SERVER);
  }
}
