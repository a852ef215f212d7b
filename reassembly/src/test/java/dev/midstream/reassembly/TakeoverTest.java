package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.script.MovedBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import dev.midstream.testkit.random.SeededRounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine that goes on with the essential state of the connections of another one. */
class TakeoverTest {
  /** The key of an IPv4 connection: VLANs and version, two addresses, two ports. */
  private static final int KEY_BYTES = 13;

  /** Both SYNs with window, window scale, MSS and SACK; the initial sequence numbers beside. */
  private static final int HANDSHAKE_BYTES = 1 + 2 * (1 + 4 + 3 + 1 + 2) + 4 + 2 * 4;

  /** The headers of one end, 54 octets without options, with leg, link, interface and length. */
  private static final int HEADER_BYTES = 4 + 54;

  private static final int INITIAL_BYTES = KEY_BYTES + HANDSHAKE_BYTES + 2 * HEADER_BYTES;

  private static byte[] essential(TestEngine engines, String talk) {
    MovedBox box = new MovedBox(engines);
    new Script(box).run(TestEngine.OPEN + talk);
    return box.snapshots(false).getFirst();
  }

  @Test
  @DisplayName("HDP-17 the essential state of an idle connection takes at most 80 octets")
  void takesFewOctetsIfIdle() {
    byte[] octets = essential(TestEngine.inline("Hello", "Hi"), "");
    assertThat(octets.length - INITIAL_BYTES).isBetween(0, 80);
  }

  @Test
  @DisplayName("HDP-17 with ten edits of twelve octets in flight it takes at most 300")
  void takesFewOctetsWithEditsInFlight() {
    String before = "Hello".repeat(10);
    String after = "Good morning".repeat(10);
    byte[] octets =
        essential(
            TestEngine.inline("Hello", "Good morning"),
            """
            c> P. 1:51(50) ack 1 "%s"
            >s P. 1:121(120) ack 1 "%s"
            """
                .formatted(before, after));
    assertThat(octets.length - INITIAL_BYTES).isBetween(120, 300);
  }

  /** Idle, with an edit in flight, after a gap, with octets in custody, finished, reset. */
  private static List<byte[]> samples() {
    return Stream.of(
            "",
            """
            c> P. 1:6(5) ack 1 "Hello"
            >s P. 1:3(2) ack 1 "Hi"
            """,
            """
            c> . 11:21(10) ack 1
            >c . 1:1(0) ack 1 <sack 11:21>
            """,
            """
            c> P. 1:5(4) ack 1 "Hell"
            at 0.100s
            >c . 1:1(0) ack 5
            """,
            """
            c> FP. 1:6(5) ack 1 "Hello"
            >s FP. 1:3(2) ack 1 "Hi"
            s> F. 1:1(0) ack 4
            >c F. 1:1(0) ack 7
            c> . 7:7(0) ack 2
            >s . 4:4(0) ack 2
            """,
            """
            c> R 1:1(0)
            >s same
            """)
        .map(talk -> essential(TestEngine.inline("Hello", "Hi"), talk))
        .toList();
  }

  private static String asWrittenAgain(byte[] octets) {
    MovedBox box = new MovedBox(TestEngine.inline("Hello", "Hi"));
    StateReader in = new StateReader(octets, 0, octets.length);
    assertThat(box.engine().moves().restore(in, 0, packet -> {})).isNotNull();
    return HexFormat.of().formatHex(box.snapshots(false).getFirst());
  }

  @Test
  @DisplayName("HDP-17 the essential state is written as it was read")
  void writesWhatItRead() {
    for (byte[] octets : samples()) {
      assertThat(asWrittenAgain(octets)).isEqualTo(HexFormat.of().formatHex(octets));
    }
  }

  /**
   * The essential state as version 1 wrote it; it must be read for ever. {@code
   * -Dmidstream.write-samples=true} writes the file anew while that version may still change.
   */
  @Test
  @DisplayName("HDP-17 the essential state that version 1 wrote is read")
  void readsVersion1() throws IOException {
    Path file = Path.of("src/test/resources/dev/midstream/reassembly/essential-1.txt");
    if (Boolean.getBoolean("midstream.write-samples")) {
      Files.write(file, samples().stream().map(HexFormat.of()::formatHex).toList());
    }
    List<String> kept = Files.readAllLines(file);
    assertThat(kept).hasSize(samples().size());
    for (String each : kept) {
      assertThat(asWrittenAgain(HexFormat.of().parseHex(each))).isEqualTo(each);
    }
  }

  @Test
  @DisplayName("HDP-17 damaged octets of the essential state are refused, and leave nothing behind")
  void refusesDamagedOctets() {
    List<byte[]> samples = samples();
    SeededRounds.run(
        3_000,
        random -> {
          byte[] octets = samples.get(random.nextInt(samples.size())).clone();
          for (int i = random.nextInt(1, 4); i > 0; i--) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt();
          }
          int length = random.nextBoolean() ? octets.length : random.nextInt(octets.length);
          TestEngine engines = TestEngine.inline("Hello", "Hi");
          Engine engine = engines.engine();
          try {
            engine.moves().read(new StateReader(octets, 0, length), 0).free();
          } catch (MalformedState expected) {
            assertThat(expected).hasMessageNotContaining("null");
          }
          assertThat(engine.budget().usedBytes()).isZero();
          assertThat(engines.directBytes()).isZero();
        });
  }

  /** Plays {@code before}, of which the first part is known to the engine that takes over. */
  static Script tookOver(TestEngine engines, String known, String unknown) {
    MovedBox box = new MovedBox(engines);
    Script script = new Script(box);
    script.run(known);
    List<byte[]> octets = box.snapshots(false);
    script.run(unknown);
    box.takeOver(octets);
    return script;
  }

  private static final String SMALL = "win 10 <mss 1460,sackOK,wscale 0>";

  @Test
  @DisplayName("HDP-17 H-31 what may have left is believed to be acknowledged, and nothing else")
  void believesAcknowledgementsOfWhatMayHaveLeft() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            Opening.of(SMALL, SMALL, "win 65535")
                + """
                s> . 1:1(0) ack 1 win 65535
                >c same
                c> P. 1:106(105) ack 1 "Hello%s"
                >s P. 1:103(102) ack 1 "Hi%s"
                """
                    .formatted("x".repeat(100), "x".repeat(100)),
            "")
        .run(
            """
            at 0.1s
            s> . 1:1(0) ack 104 win 65535
            s> . 1:1(0) ack 103 win 65535
            >c . 1:1(0) ack 106 win 65535
            """);
  }

  @Test
  @DisplayName("HDP-17 H-43 opaque octets that passed unknown are acknowledged, and pass again")
  void believesAcknowledgementsOfOpaqueOctets() {
    tookOver(
            TestEngine.inline(SimpleAgents.skipping()),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "S1234"
                >s same
                s> . 1:1(0) ack 6
                >c same
                """,
            """
            c> P. 6:9(3) ack 1 "567"
            >s same
            """)
        .run(
            """
            at 0.1s
            s> . 1:1(0) ack 9
            >c same
            c> P. 9:11(2) ack 1 "8x"
            >s P. 9:12(3) ack 1 "8yy"
            """);
  }

  @Test
  @DisplayName("HDP-17 a FIN leaves once more if it is not known whether it has left")
  void sendsTheFinAgain() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            TestEngine.OPEN
                + """
                c> FP. 1:6(5) ack 1 "Hello"
                >s FP. 1:3(2) ack 1 "Hi"
                """,
            "")
        .run(
            """
            at 0.1s
            >s F. 3:3(0) ack 1
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("HDP-17 H-34 both ends are asked before the reply of a denial is sent again")
  void asksBothEndsFirst() {
    tookOver(
            TestEngine.inline(LineAgents.denying("STAT", "502 no\n")),
            Opening.stamped(10, 20, 11)
                + """
                c> P. 1:6(5) ack 1 "STAT\\n" <TS 12/20>
                >c P. 1:8(7) ack 6 "502 no\\n" <TS 20/12>
                """,
            """
            at 0.1s
            s> . 1:1(0) ack 1 <TS 120/12>
            >c . 8:8(0) ack 6 <TS 120/12>
            """)
        .run(
            """
            at 0.1s
            >s . 0:0(0) ack 1 win 65535 <TS 12/20>
            >c . 0:0(0) ack 6 win 65530 <TS 20/10>
            c> . 6:6(0) ack 1 <TS 40/120>
            nothing
            at 1.1s
            >c P. 1:8(7) ack 6 win 65530 "502 no\\n" <TS 120/40>
            """);
  }

  @Test
  @DisplayName("HDP-17 H-33 a reply waits until it is known which opaque octets have passed")
  void keepsRepliesFromOctetsThatPassedUnknown() {
    tookOver(
            TestEngine.inline(LineAgents.denyingWithOpaqueServer("STAT", "502 no\n")),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "NOOP\\n"
                >s same
                s> P. 1:8(7) ack 6 "200 ok\\n"
                >c same
                """,
            """
            s> P. 8:15(7) ack 6 "421 so\\n"
            >c same
            """)
        .run(
            """
            at 0.1s
            c> P. 6:11(5) ack 8 "STAT\\n"
            >s . 6:6(0) ack 8
            at 3.099s
            nothing
            at 3.100s
            >s . 5:5(0) ack 8
            >c . 7:7(0) ack 6 win 65530
            s> . 15:15(0) ack 6
            >c . 8:8(0) ack 6
            c> . 11:11(0) ack 15
            >s . 6:6(0) ack 15
            >c P. 15:22(7) ack 11 "502 no\\n"
            c> . 11:11(0) ack 22
            nothing
            """);
  }

  @Test
  @DisplayName("HDP-17 H-33 the sender of opaque octets may tell its next number last")
  void repliesWhenBothEndsHaveTold() {
    tookOver(
            TestEngine.inline(LineAgents.denyingWithOpaqueServer("STAT", "502 no\n")),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "NOOP\\n"
                >s same
                s> P. 1:8(7) ack 6 "200 ok\\n"
                >c same
                """,
            """
            s> P. 8:15(7) ack 6 "421 so\\n"
            >c same
            """)
        .run(
            """
            at 0.1s
            c> P. 6:11(5) ack 8 "STAT\\n"
            >s . 6:6(0) ack 8
            at 3.1s
            >s . 5:5(0) ack 8
            >c . 7:7(0) ack 6 win 65530
            c> . 11:11(0) ack 15
            >s . 6:6(0) ack 15
            s> . 15:15(0) ack 6
            >c same
            >c P. 15:22(7) ack 11 "502 no\\n"
            """);
  }

  @Test
  @DisplayName("HDP-17 H-33 in an opaque span that began after the takeover replies need not wait")
  void repliesInLaterSpans() {
    tookOver(
            TestEngine.inline(SimpleAgents.skipping()),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "S1234"
                >s same
                """,
            "")
        .run(
            """
            at 0.1s
            s> . 1:1(0) ack 6
            >c same
            c> P. 6:10(4) ack 1 "5678"
            >s same
            c> P. 10:12(2) ack 1 "S1"
            >s same
            s> P. 1:2(1) ack 12 "x"
            >c P. 1:3(2) ack 12 "yy"
            """);
  }

  @Test
  @DisplayName("HDP-17 H-43 the number of a FIN that was lost before the engine is no opaque octet")
  void takesNoFinForAnOctetThatPassed() {
    tookOver(
            TestEngine.inline(LineAgents.denyingWithOpaqueServer("STAT", "502 no\n")),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "NOOP\\n"
                >s same
                s> P. 1:8(7) ack 6 "200 ok\\n"
                >c same
                """,
            "")
        .run(
            """
            at 0.1s
            c> . 6:6(0) ack 8
            >s same
            at 3.1s
            c> . 6:6(0) ack 8
            >s same
            at 4s
            s> . 9:9(0) ack 6
            >c . 8:8(0) ack 6
            s> F. 8:8(0) ack 6
            >c same
            """);
  }

  @Test
  @DisplayName("HDP-17 C-70 H-18 edits in flight and half a command are known to the next engine")
  void goesOnWithAnEditAndHalfACommand() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "Hello"
                >s P. 1:3(2) ack 1 "Hi"
                c> P. 6:9(3) ack 1 "Hel"
                at 0.100s
                >c . 1:1(0) ack 9 win 65530
                """,
            "")
        .run(
            """
            at 0.1s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 9 win 65527
            at 1.1s
            >s P. 1:3(2) ack 1 "Hi"
            c> P. 9:11(2) ack 1 "lo"
            >s P. 3:5(2) ack 1 "Hi"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 11
            """);
  }
}
