package dev.midstream.gateway.record;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.agent.Direction;
import dev.midstream.gateway.GreetingConfiguration;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.box.UntimedBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {
  private static final String EDITED =
      """
      c> S 0:0(0) win 65535 <mss 1460>
      >s S 0:0(0)
      s> S. 0:0(0) ack 1 win 65535 <mss 1460>
      >c S. 0:0(0) ack 1
      c> . 1:1(0) ack 1
      >s . 1:1(0) ack 1
      c> . 1:4(3) ack 1 "Hel"
      c> P. 4:13(9) ack 1 "lo world!"
      >s P. 1:10(9) ack 1 "Hi there!"
      """;

  @TempDir private Path directory;
  private final List<String> log = new CopyOnWriteArrayList<>();
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = directory.resolve("both.pcapng");
  }

  private EngineConfiguration configuration() throws Exception {
    return GreetingConfiguration.load(directory).engine(Vantage.INLINE);
  }

  private Engine engine() throws Exception {
    return engine(configuration());
  }

  static Engine engine(EngineConfiguration configuration) {
    return new Engine(
        configuration, new HashSeed(1, 2), UnpooledByteBufAllocator.DEFAULT, EventSink.NONE);
  }

  private Script script(Recording recording) throws Exception {
    Engine engine = engine();
    return new Script(recording.around(engine, engine, nanos -> nanos));
  }

  /** Gives connections to port 80 to an agent that expects connections to {@code port}. */
  private EngineConfiguration expecting(int port) throws Exception {
    EngineConfiguration usual = configuration();
    Rule greeting = usual.rules().rules().getFirst();
    Rule expecting =
        new Rule(
            greeting.name(),
            greeting.match(),
            greeting.action(),
            "expecting",
            new ExpectingAgent(port, greeting.name()),
            greeting.mode());
    return new EngineConfiguration(
        usual.mode(),
        new RuleTable(List.of(expecting), Action.ALLOW, Mode.ENFORCE),
        usual.policies(),
        usual.limits(),
        usual.timeouts(),
        usual.vantage());
  }

  private Recording record(long maxBytes) throws Exception {
    return Recording.open(
        new RecordRequest(file, maxBytes, Set.of("greeting")),
        GreetingConfiguration.load(directory).port(),
        (level, line) -> log.add(level + " " + line));
  }

  @Test
  @DisplayName("OWN-3 each packet is recorded before and after, on its interface, with its verdict")
  void recordsBeforeAndAfter() throws Exception {
    try (Recording recording = record(1 << 20)) {
      script(recording).run(EDITED);
    }

    List<String> packets =
        tshark("-e", "frame.interface_name", "-e", "tcp.len", "-e", "frame.comment");
    assertThat(packets)
        .startsWith("veth-a|0|before: forwarded", "veth-b|0|after: as it came")
        .containsSubsequence(
            "veth-a|3|before: nothing leaves; held",
            "veth-a|9|before: taken, leaves as 1",
            "veth-b|9|after: made")
        .hasSize(9);
    assertThat(tshark("-e", "frame.interface_description", "-e", "tcp.payload").getLast())
        .isEqualTo("outside|486920746865726521");
    assertThat(log).isEmpty();
  }

  @Test
  @DisplayName("HDP-15 a packet handed off to another worker is recorded by that worker only")
  void recordsHandoffsOnce() throws Exception {
    try (Recording recording = record(1 << 20)) {
      new Script(new TwoWorkers(recording, configuration())).run(EDITED);
    }

    assertThat(tshark("-e", "frame.interface_name", "-e", "tcp.len", "-e", "frame.comment"))
        .startsWith("veth-a|0|before: forwarded", "veth-b|0|after: as it came")
        .contains("veth-a|3|before: nothing leaves; held")
        .hasSize(9);
  }

  @Test
  @DisplayName("OWN-3 connections of other rules are not recorded")
  void skipsConnectionsOfOtherRules() throws Exception {
    try (Recording recording = record(1 << 20)) {
      script(recording)
          .between(Ends.IPV4.withPorts(40_000, 81))
          .run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n>c same");
    }

    assertThat(tshark("-e", "frame.number")).isEmpty();
  }

  @Test
  @DisplayName("OWN-3 connections that the agent of a recorded one expects are recorded, no others")
  void recordsExpectedConnections() throws Exception {
    Engine engine = engine(expecting(2_000));
    try (Recording recording = record(1 << 20)) {
      Script script = new Script(recording.around(engine, engine, nanos -> nanos));
      String opening = EDITED.lines().limit(6).collect(joining("\n", "", "\n"));
      script.between(Ends.IPV4.withPorts(40_000, 2_000)).run(opening);
      script.between(Ends.IPV4.withPorts(40_000, 80)).run(opening + "c> P. 1:2(1) ack 1\n>s same");
      script.between(Ends.IPV4.withPorts(40_001, 2_000)).run(opening);
      script.between(Ends.IPV4.withPorts(40_002, 2_000)).run(opening);
    }

    assertThat(tshark("-e", "tcp.port").stream().distinct())
        .containsExactly("40000,80", "80,40000", "40001,2000", "2000,40001");
  }

  @Test
  @DisplayName("OWN-3 packets made of IP fragments are recorded, the fragments are not")
  void recordsPacketsMadeOfFragments() throws Exception {
    Engine engine = engine();
    try (Recording recording = record(1 << 20)) {
      Box recorded = recording.around(engine, engine, nanos -> nanos);
      Script script = new Script(new FragmentingBox(recorded, 64));
      String opening = EDITED.lines().limit(6).collect(joining("\n", "", "\n"));
      script.run(
          opening
              + "c> P. 1:101(100) ack 1\n"
              + ">s . 1:45(44) ack 1\n"
              + ">s . 45:89(44) ack 1\n"
              + ">s P. 89:101(12) ack 1");
      script.between(Ends.IPV4.withPorts(40_000, 81)).run("c> S 0:0(0)\n>s same");
    }

    assertThat(tshark("-e", "tcp.len", "-e", "frame.comment"))
        .hasSize(9)
        .endsWith(
            "44|after: made of IP fragments",
            "44|after: made of IP fragments",
            "12|after: made of IP fragments");
  }

  @Test
  @DisplayName("OWN-3 packets caused by an ICMP error are recorded if their connection is chosen")
  void recordsPacketsCausedByIcmpErrors() throws Exception {
    Engine engine = engine();
    List<String> left = new ArrayList<>();
    byte[] chosen = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER).build();
    byte[] other = new FrameBuilder(Ends.IPV4.withPorts(1, 81), Direction.CLIENT_TO_SERVER).build();
    Box repeating = new RepeatingBox(List.of(other, chosen));
    try (Recording recording = record(1 << 20)) {
      recording
          .around(repeating, engine, nanos -> nanos)
          .onPacket(
              Frames.packet(new byte[60], Leg.OUTSIDE, 0),
              0,
              packet -> left.add("" + packet.leg()));
    }

    assertThat(left).containsExactly("OUTSIDE", "OUTSIDE");
    assertThat(tshark("-e", "tcp.dstport", "-e", "frame.comment"))
        .containsExactly("80|after: made because of an ICMP error");
  }

  @Test
  @DisplayName("OWN-3 a recording ends at its maximum length; connections go on")
  void endsAtItsMaximumLength() throws Exception {
    long maxBytes = 1_000;
    try (Recording recording = record(maxBytes)) {
      Script script = script(recording).run(EDITED);
      for (int i = 0; i < 100; i++) {
        script.run(
            "c> P. %d:%d(1) ack 1 \"x\"\n>s P. %d:%d(1) ack 1"
                .formatted(13 + i, 14 + i, 10 + i, 11 + i));
      }
    }

    assertThat(Files.size(file)).isBetween(500L, maxBytes);
    assertThat(tshark("-e", "frame.number")).isNotEmpty();
    assertThat(log).singleElement().asString().startsWith("WARN recording is full, file=");
  }

  @Test
  @DisplayName("OWN-3 a full disk ends the recording with one line")
  void endsWithAFullDisk() throws Exception {
    file = Path.of("/dev/full");
    assumeTrue(Files.exists(file), "this system has no /dev/full");
    try (Recording recording = record(1 << 20)) {
      script(recording).run(EDITED);
    }

    assertThat(log)
        .singleElement()
        .asString()
        .matches("ERROR recording has ended, file=/dev/full .* error=cannot .*=No space left.*");
  }

  @Test
  @DisplayName("OWN-3 a file that cannot be opened is refused with its name and the reason")
  void refusesAFileThatCannotBeOpened() throws Exception {
    file = Files.createFile(file).resolve("below");

    assertThatThrownBy(() -> record(1 << 20).close())
        .isInstanceOf(InputException.class)
        .hasMessage(file + ": cannot be written, error=Not a directory");
  }

  private List<String> tshark(String... fields) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("tshark", "-n", "-r", file.toString(), "-T", "fields"));
    command.addAll(List.of("-E", "separator=|"));
    command.addAll(List.of(fields));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException _) {
      assumeTrue(false, "skipped: no tshark on the path");
      throw new IllegalStateException();
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().toList();
  }

  /** Cuts long IPv4 frames into two fragments before its box gets them. */
  private record FragmentingBox(Box box, int cut) implements FrontBox {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      byte[] frame = Frames.octets(packet);
      if (frame.length < 100) {
        return box.onPacket(packet, nowNanos, out);
      }
      for (byte[] fragment : FrameFragments.cut(frame, 1, cut)) {
        assertThat(box.onPacket(Frames.inPlaceOf(packet, fragment), nowNanos, out))
            .isEqualTo(Disposition.TAKEN);
      }
      return Disposition.TAKEN;
    }
  }

  /** Emits the same frames for each packet. */
  private record RepeatingBox(List<byte[]> frames) implements UntimedBox {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      frames.forEach(frame -> out.emit(Frames.packet(frame, Leg.OUTSIDE, nowNanos)));
      return Disposition.TAKEN;
    }
  }
}
