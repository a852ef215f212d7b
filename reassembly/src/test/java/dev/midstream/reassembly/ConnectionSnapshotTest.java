package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.script.MovedBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is written of a connection that moves. */
class ConnectionSnapshotTest {
  @Test
  @DisplayName("HDP-17 an engine without the rule refuses the connection, and says which rule")
  void refusesAnUnknownRule() {
    MovedBox box = new MovedBox(TestEngine.inline("Hello", "Hi"));
    new Script(box).run(TestEngine.OPEN);
    byte[] octets = box.snapshots().getFirst();
    int at = new String(octets, StandardCharsets.ISO_8859_1).indexOf("all");
    octets[at] = 'b';
    Engine other = TestEngine.inline("Hello", "Hi").engine();
    assertThatThrownBy(
            () -> other.moves().restore(new StateReader(octets, 0, octets.length), 0, packet -> {}))
        .isInstanceOf(MalformedState.class)
        .hasMessageContaining("bll");
  }

  @Test
  @DisplayName("HDP-17 a connection that was moved is written as it was read")
  void writesWhatItRead() {
    for (byte[] octets : samples()) {
      MovedBox other = new MovedBox(TestEngine.inline("Hello", "Hi"));
      other.engine().moves().restore(new StateReader(octets, 0, octets.length), 0, packet -> {});
      assertThat(HexFormat.of().formatHex(other.snapshots().getFirst()))
          .isEqualTo(HexFormat.of().formatHex(octets));
    }
  }

  /**
   * Connections as version 1 wrote them; they must be read for ever. {@code
   * -Dmidstream.write-samples=true} writes the file anew while that version may still change.
   */
  @Test
  @DisplayName("HDP-17 connections that version 1 wrote are read")
  void readsVersion1() throws IOException {
    Path file = Path.of("src/test/resources/dev/midstream/reassembly/version-1.txt");
    if (Boolean.getBoolean("midstream.write-samples")) {
      Files.write(file, samples().stream().map(HexFormat.of()::formatHex).toList());
    }
    List<String> kept = Files.readAllLines(file);
    assertThat(kept).hasSize(samples().size());
    for (String each : kept) {
      byte[] octets = HexFormat.of().parseHex(each);
      MovedBox box = new MovedBox(TestEngine.inline("Hello", "Hi"));
      Connection read =
          box.engine().moves().restore(new StateReader(octets, 0, octets.length), 0, packet -> {});
      assertThat(read).isNotNull();
      assertThat(HexFormat.of().formatHex(box.snapshots().getFirst())).isEqualTo(each);
    }
  }

  @Test
  @DisplayName("HDP-17 damaged octets are refused, and leave nothing behind")
  void refusesDamagedOctets() {
    DamagedOctets.read(samples());
  }

  @Test
  @DisplayName("HDP-17 a connection takes few octets")
  void takesFewOctets() {
    List<byte[]> samples = samples();
    assertThat(samples.get(0).length).isLessThan(420);
    assertThat(samples.get(1).length).isLessThan(450);
    assertThat(samples.get(2).length).isLessThan(90);
  }

  /**
   * Idle, with an edit in flight, finished, after a gap, with an edit to fold, with timestamps;
   * rare.
   */
  private static List<byte[]> samples() {
    String inFlight = "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n";
    String finished =
        """
        c> FP. 1:6(5) ack 1 "Hello"
        >s FP. 1:3(2) ack 1 "Hi"
        s> F. 1:1(0) ack 4
        >c F. 1:1(0) ack 7
        c> . 7:7(0) ack 2
        >s . 4:4(0) ack 2
        """;
    String gap = "c> . 11:21(10) ack 1\n>c . 1:1(0) ack 1 <sack 11:21>\n";
    String acknowledged = inFlight + "s> . 1:1(0) ack 3\n>c . 1:1(0) ack 6\n";
    List<byte[]> samples = new ArrayList<>();
    for (String talk : List.of("", inFlight, finished, gap, acknowledged)) {
      MovedBox box = new MovedBox(TestEngine.inline("Hello", "Hi"));
      new Script(box).run(TestEngine.OPEN + talk);
      samples.addAll(box.snapshots());
    }
    MovedBox stamped = new MovedBox(TestEngine.inline("Hello", "Hi"));
    new Script(stamped).run(Opening.stamped(10, 20, 11));
    samples.addAll(stamped.snapshots());
    samples.addAll(SampleConnections.write(true));
    return samples;
  }
}
