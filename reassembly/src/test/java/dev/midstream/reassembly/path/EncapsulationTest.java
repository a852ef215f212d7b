package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.box.WrappingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags, IP options, extension headers, and frames that are not TCP over IP. */
class EncapsulationTest {
  /** Segments that leave in place, edited, resegmented, mapped, retransmitted and held. */
  private static final String TALK =
      """
      c> P. 1:4(3) ack 1 "abc"
      >s same
      c> P. 4:9(5) ack 1 "Hello"
      >s P. 4:6(2) ack 1 "Hi"
      s> . 1:1(0) ack 6
      >c . 1:1(0) ack 9
      s> P. 1:7(6) ack 6 "Hello!"
      >c P. 1:4(3) ack 9 "Hi!"
      c> . 9:9(0) ack 4
      >s . 6:6(0) ack 7
      c> P. 9:12(3) ack 4 "Hel"
      c> P. 12:15(3) ack 4 "lo!"
      >s P. 6:9(3) ack 7 "Hi!"
      c> P. 9:12(3) ack 4 "Hel"
      >s P. 6:8(2) ack 7 "Hi"
      c> F. 15:15(0) ack 4
      >s F. 9:9(0) ack 7
      """;

  static List<Ends> tagged() {
    return List.of(
        Ends.IPV4.withVlans(7),
        Ends.IPV4.withVlans(100 << 12 | 7),
        Ends.IPV6.withVlans(4_095),
        Ends.IPV6.withVlans(1 << 12 | 1));
  }

  @ParameterizedTest
  @MethodSource("tagged")
  @DisplayName("C-55 frames with one or two VLAN tags are edited; the tags stay")
  void editsTaggedFrames(Ends ends) {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Scripts.of(engine).between(ends).run(TestEngine.OPEN + TALK);
    assertThat(engine.counters().edits()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "hop-by-hop with an unknown option, 0, 06001e0401020304",
    "destination options, 60, 0601 0104 00000000 0104 00000000 0100",
    "routing of an unknown type that is at its end, 43, 0600fd0001020304",
    "segment routing at its end, 43, 0602040000000000 20010db8000000000000000000000009",
    "three headers, 0, 3c00010400000000 2b00010400000000 0600000000000000",
    "an atomic fragment, 44, 0600000012345678"
  })
  @DisplayName("C-55 segments after IPv6 extension headers are edited; the headers stay")
  void editsAfterExtensionHeaders(String what, int first, String octets) {
    editsAfter(Ends.IPV6, first, octets);
  }

  @ParameterizedTest
  @CsvSource({
    "router alert, 94040000",
    "an unknown option and padding, 9e080102 03040506 01010100",
    "a recorded route in 40 octets, 072704"
  })
  @DisplayName("C-55 segments after IPv4 options are edited; the options stay")
  void editsAfterIpv4Options(String what, String octets) {
    boolean fills = what.contains("40 octets");
    editsAfter(Ends.IPV4, 0, fills ? octets + "0".repeat(80 - octets.length()) : octets);
  }

  private static void editsAfter(Ends ends, int first, String octets) {
    byte[] inserted = HexFormat.of().parseHex(octets.replace(" ", ""));
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    new Script(new WrappingBox(Scripts.box(engine), first, inserted))
        .between(ends)
        .run(TestEngine.OPEN + TALK);
    assertThat(engine.counters().of(Reason.MALFORMED)).isZero();
    assertThat(engine.counters().edits()).isEqualTo(3);
  }

  @Test
  @DisplayName("C-55 HDP-12 fragments after a hop-by-hop header are reassembled; the header stays")
  void reassemblesAfterAHopByHopHeader() {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    byte[] hopByHop = HexFormat.of().parseHex("06001e0401020304");
    byte[] header = HexFormat.of().parseHex("2c001e0401020304");
    FragmentingBox.Fragmentation afterHeader =
        (frame, id) -> frame.length < 120 ? List.of(frame) : fragments(frame, id, header);
    new Script(new WrappingBox(new FragmentingBox(Scripts.box(engine), afterHeader), 0, hopByHop))
        .between(Ends.IPV6)
        .run(
            TestEngine.OPEN
                + "c> P. 1:101(100) ack 1 \"Hello"
                + "y".repeat(95)
                + "\"\n"
                + ">s P. 1:98(97) ack 1\n");
    assertThat(engine.counters().of(Reason.FRAGMENT_WAITING)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8864 1100 0001 0042 0021", // PPPoE session
        "8847 00010140", // MPLS
        "0806 0001 0800 0604 0001" // ARP
      })
  @DisplayName("C-56 PPPoE, MPLS and ARP pass unchanged, even with TCP inside")
  void forwardsOtherLinkProtocols(String type) {
    byte[] whole = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER).build();
    byte[] header = HexFormat.of().parseHex(type.replace(" ", ""));
    byte[] frame = Arrays.copyOf(whole, whole.length + header.length - 2);
    System.arraycopy(header, 0, frame, 12, header.length);
    System.arraycopy(whole, 14, frame, 12 + header.length, whole.length - 14);
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    Scripts.of(engine).passes(frame, Direction.CLIENT_TO_SERVER);
    assertThat(engine.counters().of(Reason.NOT_OURS)).isOne();
    assertThat(engine.connections()).isZero();
  }

  /** Two fragments of a frame with {@code header} before the fragment header. */
  private static List<byte[]> fragments(byte[] frame, int id, byte[] header) {
    List<byte[]> all = new ArrayList<>();
    byte[] inner = new byte[frame.length - 8];
    System.arraycopy(frame, 0, inner, 0, 54);
    System.arraycopy(frame, 62, inner, 54, frame.length - 62);
    inner[20] = 6;
    for (byte[] each : FrameFragments.cut(inner, id, 64)) {
      byte[] wrapped = new byte[each.length + 8];
      System.arraycopy(each, 0, wrapped, 0, 54);
      System.arraycopy(header, 0, wrapped, 54, 8);
      System.arraycopy(each, 54, wrapped, 62, each.length - 54);
      wrapped[19] = (byte) (wrapped[19] + 8);
      wrapped[20] = 0;
      all.add(wrapped);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 41, 47, 50, 51, 17, 132})
  @DisplayName("C-56 IP in IP, GRE, IPsec and other protocols pass unchanged")
  void forwardsOtherIpProtocols(int protocol) {
    for (Ends ends : List.of(Ends.IPV4, Ends.IPV6)) {
      byte[] frame = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).build();
      frame[ends.ipVersion() == 4 ? 23 : 20] = (byte) protocol;
      Engine engine = TestEngine.of("Hello", "Hi").engine();
      Scripts.of(engine).passes(frame, Direction.CLIENT_TO_SERVER);
      assertThat(engine.counters().of(Reason.NOT_OURS)).isOne();
      assertThat(engine.connections()).isZero();
    }
  }

  @Test
  @DisplayName("C-55 tags stay, and Ethernet padding is not payload")
  void keepsTagsAndIgnoresPadding() {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    Scripts.of(engine)
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
  @DisplayName("C-56 frames without TCP over IP, or that cannot be read, pass unchanged")
  void forwardsOtherFrames() {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    byte[] whole = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER).build();
    Script script = Scripts.of(engine);
    script.passes(new byte[60], Direction.CLIENT_TO_SERVER);
    byte[] udp = whole.clone();
    udp[23] = 17;
    script.passes(udp, Direction.SERVER_TO_CLIENT);
    byte[] malformed = whole.clone();
    malformed[46] = (byte) 0xf0;
    script.passes(malformed, Direction.CLIENT_TO_SERVER);
    assertThat(engine.counters().of(Reason.NOT_OURS)).isEqualTo(2);
    assertThat(engine.counters().of(Reason.MALFORMED)).isOne();
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("a malformed header carries no octets past the agent of an edited connection")
  void dropsMalformedHeadersOfAnEditedConnection() {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Script script = Scripts.of(engine);
    script.run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"\n");
    byte[] malformed = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER).build();
    malformed[46] = (byte) 0xf0;
    script.drops(malformed, Direction.CLIENT_TO_SERVER);
    assertThat(engine.counters().of(Reason.MALFORMED)).isOne();
  }

  @Test
  @DisplayName("C-56 a packet with a malformed header stays in a recording")
  void keepsMalformedHeadersOfARecording() {
    Script script = Scripts.of(TestEngine.of("Hello", "Hi").engine());
    script.run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"\n");
    byte[] malformed = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER).build();
    malformed[46] = (byte) 0xf0;
    script.passes(malformed, Direction.CLIENT_TO_SERVER);
  }
}
