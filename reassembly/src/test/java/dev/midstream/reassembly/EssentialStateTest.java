package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.script.MovedBox;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The essential state of a connection as octets: its length, and what is read again. */
class EssentialStateTest {
  /** The key of an IPv4 connection: VLANs and version, two addresses, two ports. */
  private static final int KEY_BYTES = 13;

  /** Both SYNs with window, window scale, MSS and SACK; the initial sequence numbers beside. */
  private static final int HANDSHAKE_BYTES = 1 + 2 * (1 + 4 + 3 + 1 + 2) + 4 + 2 * 4;

  /** The headers of one end, 54 octets without options, with leg, link, interface and length. */
  private static final int HEADER_BYTES = 4 + 54;

  /** Timestamps with their padding, in the headers of one end. */
  private static final int TIMESTAMP_BYTES = 12;

  private static final int INITIAL_BYTES = KEY_BYTES + HANDSHAKE_BYTES + 2 * HEADER_BYTES;

  private static byte[] essential(TestEngine engines, String talk) {
    MovedBox box = new MovedBox(engines);
    new Script(box).run(TestEngine.OPEN + talk);
    return box.snapshots(false).getFirst();
  }

  @Test
  @DisplayName("HDP-17 LD-12 the essential state of an idle connection takes at most 80 octets")
  void takesFewOctetsIfIdle() {
    byte[] octets = essential(TestEngine.inline("Hello", "Hi"), "");
    assertThat(octets.length - INITIAL_BYTES).isBetween(0, 80);
  }

  @Test
  @DisplayName("HDP-17 LD-12 with timestamps, after edits of both streams, it takes at most 84")
  void takesFewOctetsIfIdleAfterEdits() {
    MovedBox box = new MovedBox(TestEngine.inline("Hello", "Good morning"));
    new Script(box)
        .run(
            """
            c> S 0:0(0) <TS 100/0>
            >s same
            s> S. 0:0(0) ack 1 <TS 900/100>
            >c same
            c> . 1:1(0) ack 1 <TS 101/900>
            >s same
            c> P. 1:6(5) ack 1 <TS 102/900> "Hello"
            >s P. 1:13(12) ack 1 <TS 102/900> "Good morning"
            s> P. 1:6(5) ack 13 <TS 901/102> "Hello"
            >c P. 1:13(12) ack 6 <TS 901/102> "Good morning"
            c> . 6:6(0) ack 13 <TS 103/901>
            >s . 13:13(0) ack 6 <TS 103/901>
            """);
    byte[] octets = box.snapshots(false).getFirst();
    assertThat(octets.length - INITIAL_BYTES - 2 * TIMESTAMP_BYTES).isBetween(0, 84);
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

  /**
   * Idle, with an edit in flight, after a gap, with octets in custody, finished, reset; rare ones.
   */
  private static List<byte[]> samples() {
    Stream<String> talks =
        Stream.of(
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
            """);
    return Stream.concat(
            talks.map(talk -> essential(TestEngine.inline("Hello", "Hi"), talk)),
            SampleConnections.write(false).stream())
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
    DamagedOctets.read(samples());
  }
}
