package dev.midstream.gateway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.acceptance.RecordedCapture.RecordedStream;
import dev.midstream.gateway.acceptance.Rewriting.Result;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Rewrites every recorded capture and checks the output. */
@Tag("slow")
class CaptureAcceptanceTest {
  /** Captures of netlink and PPP. */
  private static final Set<String> UNREADABLE =
      Set.of("encap/encap-big-endian-us.pcap", "ip/ip-frag-ppp-v6.pcap");

  /** Captures with one packet: without its last octet none can be read. */
  private static final Set<String> ONE_PACKET =
      Set.of("tcp/tcp-bigtcp-v6-hbh.pcap", "tcp/tcp-option-27.pcap", "tcp/tcp-rst-diag.pcap");

  /** A configuration that enforces a rule which no packet of any capture matches. */
  private static final String UNMATCHED =
      """
      rules:
        - name: none
          match: { destination-port: 9999 }
          agent: substitute
          settings: { client-to-server: [ { find: e, replace: EEE } ] }
      """;

  /** Captures whose packets leave in another order although no rule matches, and why. */
  private static final Map<String, String> REORDERED =
      Map.of("tcp/tcp-fuzz-2006a.pcap", "a later fragment waits for the ports of its datagram");

  @TempDir private Path directory = Path.of("");
  private Rewriting rewriting = new Rewriting(directory);

  @BeforeEach
  void useDirectory() {
    rewriting = new Rewriting(directory);
  }

  @TestFactory
  @DisplayName("HDP-11 C-62 in monitor mode the output file is identical, whatever it holds")
  Stream<DynamicTest> leavesMonitoredCaptures() throws IOException {
    return each(capture -> {
      Result result = rewriting.monitor(capture.path(), PairSets.MIXED);
      if (UNREADABLE.contains(capture.name())) {
        assertThat(result.program().exitCode()).isEqualTo(2);
        assertThat(result.program().errorLines())
            .singleElement()
            .asString()
            .contains("link type cannot be read");
        assertThat(result.out()).doesNotExist();
        return;
      }
      assertThat(result.program().exitCode()).as(result.program().err()).isZero();
      assertThat(Files.mismatch(capture.path(), result.out())).isEqualTo(-1);
    });
  }

  @TestFactory
  @DisplayName("C-62 packets that no rule matches keep octets, time and order")
  Stream<DynamicTest> leavesCapturesThatNoRuleMatches() throws IOException {
    return readable(capture -> {
      Result result = rewriting.run(capture.path(), UNMATCHED, "original");
      assertThat(result.program().exitCode()).as(result.program().err()).isZero();
      List<String> before = packets(capture.path());
      List<String> after = packets(result.out());
      String reason = REORDERED.get(capture.name());
      if (reason == null) {
        assertThat(after).isEqualTo(before);
      } else {
        assertThat(after).as(reason).isNotEqualTo(before);
        assertThat(octets(after)).containsExactlyInAnyOrderElementsOf(octets(before));
      }
    });
  }

  @TestFactory
  @DisplayName("C-73 of a truncated capture, all packets before the damage are identical")
  Stream<DynamicTest> leavesMonitoredCapturesUpToTheirDamage() throws IOException {
    return readable(capture -> {
      byte[] whole = Files.readAllBytes(capture.path());
      Path cut = directory.resolve(capture.path().getFileName() + ".cut");
      Files.write(cut, Arrays.copyOf(whole, whole.length - 1));

      Result result = rewriting.monitor(cut, PairSets.MIXED);

      if (ONE_PACKET.contains(capture.name())) {
        assertThat(result.program().exitCode()).isEqualTo(2);
        assertThat(result.program().errorLines()).hasSize(1);
        return;
      }
      assertThat(result.program().exitCode()).isZero();
      assertThat(result.program().errorLines().getFirst())
          .startsWith("midstream: warning: capture ends early, ");
      long kept = Files.size(result.out());
      assertThat(kept).isPositive().isLessThan(whole.length);
      assertThat(Files.mismatch(cut, result.out())).isEqualTo(kept);
    });
  }

  @TestFactory
  @DisplayName("HDP-3 HDP-4 HDP-8 every complete stream equals the edits applied to it at once")
  Stream<DynamicTest> editsEveryCompleteStream() throws IOException {
    return readable(capture -> {
      List<Conversation> before = NaiveReader.read(capture.path());
      for (Pairs pairs : PairSets.ALL) {
        Result result = rewriting.enforce(capture.path(), pairs);
        assertThat(result.program().exitCode()).as(result.program().err()).isZero();
        List<Conversation> after = NaiveReader.read(result.out());
        for (RecordedStream stream : capture.editable()) {
          NaiveComparison.of(capture, stream, pairs, before, after).check();
        }
        Files.delete(result.out());
      }
    });
  }

  @TestFactory
  @DisplayName("tshark reassembles every complete stream as its edits at once, without gaps")
  Stream<DynamicTest> agreesWithTshark() throws IOException {
    Tshark.assumeThere();
    List<RecordedCapture> captures =
        RecordedCapture.all().stream().filter(capture -> !capture.editable().isEmpty()).toList();
    Map<RecordedCapture, TsharkComparison> opinions =
        captures.parallelStream()
            .collect(
                Collectors.toConcurrentMap(
                    capture -> capture, capture -> TsharkComparison.of(capture, rewriting)));
    return captures.stream()
        .map(capture ->
            DynamicTest.dynamicTest(
                capture.name(), () -> Objects.requireNonNull(opinions.get(capture)).check()));
  }

  @TestFactory
  @DisplayName("the same capture and configuration give the same file")
  Stream<DynamicTest> isRepeatable() throws IOException {
    return readable(capture -> {
      Path once = rewriting.enforce(capture.path(), PairSets.MIXED).out();
      Path again = rewriting.enforce(capture.path(), PairSets.MIXED).out();
      assertThat(Files.mismatch(once, again)).isEqualTo(-1);
    });
  }

  @TestFactory
  @DisplayName("with --receiver edited no capture fails, and monitor mode leaves it identical")
  Stream<DynamicTest> acceptsEveryCaptureWithEditedReceiver() throws IOException {
    return readable(capture -> {
      Pairs pairs = PairSets.MIXED;
      Result enforced = rewriting.run(capture.path(), pairs.configuration("enforce"), "edited");
      Result monitored = rewriting.run(capture.path(), pairs.configuration("monitor"), "edited");
      assertThat(enforced.program().exitCode()).as(enforced.program().err()).isZero();
      assertThat(monitored.program().exitCode()).as(monitored.program().err()).isZero();
      assertThat(Files.mismatch(capture.path(), monitored.out())).isEqualTo(-1);
    });
  }

  /** Time, interface and octets of each packet. */
  private static List<String> packets(Path file) throws IOException {
    List<String> packets = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(file)) {
      Packet packet = new Packet();
      while (reader.next(packet)) {
        String octets = HexFormat.of().formatHex(Frames.octets(packet));
        packets.add(packet.timeNanos() + " " + packet.interfaceId() + " " + octets);
      }
    }
    return packets;
  }

  private static List<String> octets(List<String> packets) {
    return packets.stream().map(packet -> packet.substring(packet.indexOf(' '))).toList();
  }

  private Stream<DynamicTest> readable(Check check) throws IOException {
    return each(check).filter(test -> !UNREADABLE.contains(test.getDisplayName()));
  }

  private static Stream<DynamicTest> each(Check check) throws IOException {
    return RecordedCapture.all().stream()
        .map(capture -> DynamicTest.dynamicTest(capture.name(), () -> check.check(capture)));
  }

  /** A check of one capture. */
  private interface Check {
    void check(RecordedCapture capture) throws IOException;
  }
}
