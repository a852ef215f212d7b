package dev.midstream.gateway.rewrite;

import static dev.midstream.gateway.rewrite.CaptureBuilder.client;
import static dev.midstream.gateway.rewrite.CaptureBuilder.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.gateway.command.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureRewriterTest {
  private static final String HELLO =
      """
      rules:
        - agent: substitute
          settings: { client-to-server: [ { find: "Hello world", replace: "Hi there" } ] }
      """;

  /** The client greets, must retransmit the last octets, and both sides close. */
  private static final CaptureBuilder GREETING =
      CaptureBuilder.opened()
          .at(1)
          .data(client(), 1, 1, "so: Hello ")
          .at(1.5)
          .data(client(), 11, 1, "world\n")
          .data(client(), 11, 1, "world\n")
          .at(3)
          .ack(server(), 1, 17)
          .fin(client(), 17, 1)
          .fin(server(), 1, 18)
          .ack(client(), 18, 2);

  private static final String[] GREETED = {
    "client 0 ack 0 SYN \"\"",
    "server 0 ack 1 SYN \"\"",
    "client 1 ack 1 \"\"",
    "client 1 ack 1 \"so: \"",
    "client 5 ack 1 \"Hi there\n\"",
    "client 5 ack 1 \"Hi there\n\"",
    "server 1 ack 14 \"\"",
    "client 14 ack 1 FIN \"\"",
    "server 1 ack 15 FIN \"\"",
    "client 15 ack 2 \"\"",
  };

  @TempDir private Path directory = Path.of("");
  private Path config = Path.of("");
  private Path in = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void write() throws IOException {
    config = Files.writeString(directory.resolve("c.yaml"), HELLO);
    in = Files.write(directory.resolve("in.pcap"), GREETING.octets());
    out = directory.resolve("out.pcap");
  }

  @Test
  @DisplayName("HDP-8 octets, acknowledgements and FIN are those of the edited stream")
  void mapsNumbersToTheEditedStream() throws IOException {
    assertThat(run().exitCode()).isZero();

    assertThat(WrittenPacket.textsOf(out)).containsExactly(GREETED);
  }

  @Test
  @DisplayName("a packet carries the time of its cause")
  void keepsTimeOfTheCause() throws IOException {
    run();

    assertThat(WrittenPacket.allOf(out))
        .extracting(WrittenPacket::micros)
        .containsExactly(
            0L,
            0L,
            0L,
            1_000_000L,
            1_500_000L,
            1_500_000L,
            3_000_000L,
            3_000_000L,
            3_000_000L,
            3_000_000L);
  }

  @Test
  @DisplayName("HDP-12 C-53 a segment in fragments is edited, with the time of its last fragment")
  void editsSegmentInFragments() throws IOException {
    CaptureBuilder greeting =
        CaptureBuilder.opened()
            .at(1)
            .dataInFragments(client(), 1, 1, 24, "so: Hello world\n")
            .at(3)
            .ack(server(), 1, 17);
    Files.write(in, greeting.octets());

    assertThat(run().errorLines()).contains("  fragment-waiting 2");
    assertThat(WrittenPacket.textsOf(out))
        .endsWith("client 1 ack 1 \"so: Hi there\n\"", "server 1 ack 14 \"\"")
        .hasSize(5);
    assertThat(WrittenPacket.allOf(out).get(3).micros()).isEqualTo(1_000_000L);
  }

  @Test
  @DisplayName("the summary counts packets and reasons")
  void summarisesCountersAndReasons() {
    CommandRun run = run();

    assertThat(run.errorLines())
        .containsExactly(
            "midstream: packets 10 in, 10 out; connections 1; edits 1; octets 16 shown,"
                + " 11 removed, 8 inserted; 0.500 s",
            "  held 1",
            "  retransmission 1");
  }

  @Test
  @DisplayName("the JSON summary says the same")
  void summarisesAsJson() throws IOException {
    CommandRun run = run("--json");

    assertThat(run.errorLines()).hasSize(1);
    Map<?, ?> summary = new JsonMapper().readValue(run.err(), Map.class);
    assertThat(summary)
        .isEqualTo(
            Map.of(
                "packets-in", 10,
                "packets-out", 10,
                "connections", 1,
                "edits", 1,
                "octets-shown", 16,
                "octets-removed", 11,
                "octets-inserted", 8,
                "reasons", Map.of("held", 1, "retransmission", 1),
                "seconds", 0.5));
  }

  @Test
  @DisplayName("HDP-11 in monitor mode the summary counts the edits that would have been made")
  void summarisesMonitoredEdits() throws IOException {
    Files.writeString(config, "mode: monitor\n" + HELLO);

    assertThat(run().errorLines().getFirst())
        .startsWith("midstream: packets 10 in, 10 out; connections 1; edits 1; octets 16 shown,");
    assertThat(Files.mismatch(in, out)).isEqualTo(-1);
  }

  @Test
  @DisplayName("C-73 a truncated capture is rewritten up to its damage, with a warning")
  void rewritesUpToDamage() throws IOException {
    byte[] whole = GREETING.octets();
    Files.write(in, Arrays.copyOf(whole, whole.length - 1));

    CommandRun run = run("--json");

    assertThat(run.exitCode()).isZero();
    assertThat(run.errorLines()).hasSize(2);
    String warning = run.errorLines().getFirst();
    assertThat(warning)
        .startsWith("midstream: warning: capture ends early, ")
        .contains("file=" + in);
    Map<?, ?> summary = new JsonMapper().readValue(run.errorLines().get(1), Map.class);
    assertThat(summary.get("packets-in")).isEqualTo(9);
    assertThat("midstream: warning: " + summary.get("damage")).isEqualTo(warning);
    assertThat(summary.get("reasons"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("bad-input", 1);
    assertThat(WrittenPacket.textsOf(out)).containsExactly(Arrays.copyOf(GREETED, 9));
  }

  @Test
  @DisplayName("C-73 a file that is empty, no capture or unreadable is one line")
  void refusesUnreadableCaptures() throws IOException {
    Files.write(in, new byte[0]);
    assertRefused("capture is empty");
    Files.writeString(in, "GET / HTTP/1.1\r\n\r\n");
    assertRefused("not a capture");
    Files.write(in, Arrays.copyOf(GREETING.octets(), CaptureBuilder.HEADER_BYTES + 3));
    assertRefused("capture ends early");
    byte[] ofNoKind = GREETING.octets();
    ofNoKind[23] = 99;
    Files.write(in, ofNoKind);
    assertRefused("link type cannot be read");
  }

  @Test
  void copiesCaptureWithoutPackets() throws IOException {
    Files.write(in, CaptureBuilder.empty().octets());

    assertThat(run().exitCode()).isZero();
    assertThat(Files.size(out)).isEqualTo(CaptureBuilder.HEADER_BYTES);
  }

  @Test
  @DisplayName("OWN-3 a full output device is one line that names it, and exit code 1")
  void reportsFullOutput() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).as("this system has no /dev/full").exists();

    CommandRun run = run(silent(), in, full);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errorLines())
        .singleElement()
        .asString()
        .startsWith(
            "midstream: input or output failed, error=cannot write capture file=/dev/full reason=");
  }

  @Test
  @DisplayName("captures are read from and written to pipes")
  void readsAndWritesPipes() throws Exception {
    Path source = pipe("source");
    Path drain = pipe("drain");
    try (ExecutorService beside = Executors.newFixedThreadPool(2)) {
      Future<Path> written = beside.submit(() -> Files.write(source, GREETING.octets()));
      Future<byte[]> drained = beside.submit(() -> Files.readAllBytes(drain));

      assertThat(run(silent(), source, drain).exitCode()).isZero();

      assertThat(written).succeedsWithin(Duration.ofSeconds(10));
      Files.write(out, drained.get());
    }
    assertThat(WrittenPacket.textsOf(out)).containsExactly(GREETED);
  }

  @Test
  @DisplayName("a terminal shows the progress, and is cleared")
  void showsProgressOnTerminal() throws IOException {
    writeLong();

    String shown = run(new CaptureRewriter(ticking(600), true), in, out).err();

    assertThat(shown).startsWith("\r\033[Kmidstream: ").contains(" %, 4096 packets, ");
    int cleared = shown.lastIndexOf("\r\033[K");
    assertThat(shown.substring(cleared)).startsWith("\r\033[Kmidstream: packets 9003 in, ");
  }

  @Test
  void showsNoProgressElsewhere() throws IOException {
    writeLong();

    assertThat(run(new CaptureRewriter(ticking(600), false), in, out).err())
        .startsWith("midstream: packets 9003 in, ");
  }

  @Test
  @DisplayName("time never decreases, also when a timer is late")
  void keepsTimeInOrder() throws IOException {
    // The gap has timed out when its acknowledgement arrives.
    CaptureBuilder gap =
        CaptureBuilder.opened()
            .at(1)
            .data(client(), 1, 1, "abc")
            .data(client(), 7, 1, "ghi")
            .at(20)
            .ack(server(), 1, 10)
            .at(30)
            .data(client(), 10, 1, "jkl");
    Files.write(in, gap.octets());

    run();

    List<WrittenPacket> packets = WrittenPacket.allOf(out);
    assertThat(packets).extracting(WrittenPacket::micros).isSorted();
    assertThat(packets.get(5)).isEqualTo(new WrittenPacket(20_000_000, "client 7 ack 1 \"ghi\""));
  }

  @Test
  @DisplayName(
      "a capture from inside the box: each endpoint gets the numbers of the stream it knows")
  void rewritesCapturesFromInsideTheBox() throws IOException {
    CaptureBuilder seen =
        CaptureBuilder.opened()
            .data(client(), 1, 1, "so: Hello world\n")
            .ack(server(), 1, 6)
            .ack(server(), 1, 14)
            .data(server(), 1, 14, "fine")
            .data(client(), 17, 5, "Hello world")
            .fin(server(), 5, 22)
            .fin(client(), 28, 6)
            .ack(server(), 6, 23);
    Files.write(in, seen.octets());

    assertThat(run("--receiver", "edited").exitCode()).isZero();

    assertThat(WrittenPacket.textsOf(out).subList(3, 11))
        .containsExactly(
            "client 1 ack 1 \"so: Hi there\n\"",
            "server 1 ack 5 \"\"",
            "server 1 ack 17 \"\"",
            "server 1 ack 17 \"fine\"",
            "client 14 ack 5 \"Hi there\"",
            "server 5 ack 28 FIN \"\"",
            "client 22 ack 6 FIN \"\"",
            "server 6 ack 29 \"\"");
  }

  /** Writes enough packets for a progress line. */
  private void writeLong() throws IOException {
    CaptureBuilder capture = CaptureBuilder.opened();
    for (int i = 0; i < 9_000; i++) {
      capture.data(client(), 1 + 4 * i, 1, "abcd");
    }
    Files.write(in, capture.octets());
  }

  private void assertRefused(String why) throws IOException {
    CommandRun run = run();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errorLines())
        .singleElement()
        .asString()
        .startsWith("midstream: " + why)
        .containsOnlyOnce(in.toString());
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(config, in);
    }
  }

  private CommandRun run(String... options) {
    return run(silent(), in, out, options);
  }

  private CommandRun run(CaptureRewriter rewriter, Path from, Path to, String... options) {
    List<Object> arguments = new ArrayList<>(List.of("rewrite", "--config", config));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of(from, to));
    return CommandRun.of(rewriter, Map.of(), arguments.toArray());
  }

  private static CaptureRewriter silent() {
    return new CaptureRewriter(ticking(250), false);
  }

  /** A clock that advances by {@code millis} each time it is read. */
  private static LongSupplier ticking(long millis) {
    AtomicLong now = new AtomicLong();
    return () -> now.getAndAdd(millis * 1_000_000);
  }

  private Path pipe(String name) throws IOException, InterruptedException {
    Path pipe = directory.resolve(name);
    int made;
    try {
      made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    } catch (IOException _) {
      made = -1;
    }
    assumeThat(made).as("this system has no mkfifo").isZero();
    return pipe;
  }
}
