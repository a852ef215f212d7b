package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.FragmentLimits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.SoleRouter;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Engines of one worker that share their limits. */
class EngineResourcesTest {
  private static final String HELLO = "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n";

  private final List<String> changed = new ArrayList<>();

  private static EngineLimits connections(int most) {
    return EngineLimits.DEFAULTS.withConnections(most);
  }

  private static TestEngine editing(EngineLimits limits) {
    return TestEngine.inline("Hello", "Hi").limits(limits).parkAfter(Long.MAX_VALUE).sharing();
  }

  private Engine named(String name, TestEngine maker) {
    return maker.router(new Named(name)).engine();
  }

  private static Script at(Engine engine, int port) {
    return Scripts.of(engine).between(Ends.IPV4.withPorts(port, 80));
  }

  @Test
  @DisplayName("C-66 H-39 the limit of connections holds for the engines that share it")
  void limitsConnections() {
    TestEngine maker = editing(connections(2));
    Engine one = maker.engine();
    Engine other = maker.engine();
    at(one, 1).run(TestEngine.OPEN);
    at(one, 2).run(TestEngine.OPEN);
    at(other, 3).run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    assertThat(other.connections()).isZero();
    assertThat(other.counters().of(Reason.CONNECTION_LIMIT)).isPositive();
    one.moves().releaseAll();
    at(other, 4).run(TestEngine.OPEN + HELLO);
    assertThat(maker.resources().connections().connections()).isOne();
  }

  @Test
  @DisplayName("C-66 an unassured connection gives way to one of another engine")
  void evictsElsewhere() {
    TestEngine maker = editing(connections(3));
    Engine one = named("one", maker);
    Engine other = named("other", maker);
    Engine third = named("third", maker);
    at(other, 1).run(TestEngine.OPEN);
    at(one, 2).run("c> S 0:0(0)\n>s same\n");
    at(one, 3).run("c> S 0:0(0)\n>s same\n");
    at(third, 4).run(TestEngine.OPEN + HELLO);
    assertThat(one.connections()).isOne();
    assertThat(one.counters().of(Reason.CONNECTION_LIMIT)).isOne();
    assertThat(changed).containsExactly("one");
  }

  @Test
  @DisplayName("C-66 H-39 the heap limit holds for the engines that share it")
  void limitsTheHeap() {
    long bytes = 2L * ConnectionHeap.INSPECTED_BYTES;
    TestEngine maker = editing(EngineLimits.DEFAULTS.withConnectionBytes(bytes + bytes / 2));
    Engine one = maker.engine();
    Engine other = maker.engine();
    at(one, 1).run(TestEngine.OPEN);
    at(one, 2).run(TestEngine.OPEN);
    at(other, 3).run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    one.moves().releaseAll();
    at(other, 4).run(TestEngine.OPEN + HELLO);
    assertThat(maker.resources().connections().usedBytes()).isEqualTo(other.connectionBytes());
  }

  @Test
  @DisplayName("H-38 C-65 beyond the limit receivers are reset at the engine that keeps most")
  void resetsAtTheLargestEngine() {
    EngineLimits limits = EngineLimits.DEFAULTS.withTotalBytes(1 << 20).withCommands(100);
    LambdaAgent answering =
        LambdaAgent.by((direction, view, out) -> {
          out.reply(direction.opposite(), Octets.of(new byte[view.at(0) << 10]));
          out.drop(view.length());
        });
    TestEngine maker = TestEngine.inline(answering).limits(limits).sharing();
    Engine one = named("one", maker);
    Engine other = named("other", maker);
    for (int port = 1; port <= 1_000; port++) {
      at(one, port).run(Opening.PLAIN);
      at(other, port).run(Opening.PLAIN);
    }
    int port = 1;
    long fullBytes = limits.totalBytes() + limits.excessBytes() - (1 << 17);
    while (maker.resources().memory().usedBytes() < fullBytes) {
      send(one, port++, 1, Octets.of(new byte[] {64}));
    }
    int silent = port;
    while (changed.isEmpty()) {
      send(other, port++, 1, Octets.of(new byte[] {64}));
      assertThat(port).isLessThan(silent + 8);
    }
    assertThat(changed).containsOnly("one");
    assertThat(one.nextDeadlineNanos()).isZero();
    assertThat(other.counters().of(Reason.TOTAL_LIMIT)).isZero();
    one.onTimer(0, _ -> {});
    assertThat(one.counters().of(Reason.TOTAL_LIMIT)).isPositive();
    assertThat(other.counters().of(Reason.TOTAL_LIMIT)).isZero();
  }

  private static void send(Engine engine, int port, int sequence, Octets octets) {
    Ends ends = Ends.IPV4.withPorts(port, 80);
    FrameBuilder client = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    client.flags(TcpFlags.ACK).window(65_535).numbers(sequence, 1).payload(octets);
    engine.onPacket(Frames.packet(client.build(), Leg.INSIDE, 0), 0, _ -> {});
  }

  @Test
  @DisplayName("C-54 beyond a limit the oldest incomplete datagram of all engines is dropped")
  void dropsTheOldestDatagramOfAll() {
    TestEngine maker =
        editing(EngineLimits.DEFAULTS.withFragments(new FragmentLimits(1 << 20, 2, 16, 30_000)));
    Engine one = maker.engine();
    Engine other = maker.engine();
    sendFragment(one, 1, 0);
    sendFragment(one, 2, 1);
    sendFragment(other, 3, 2);
    assertThat(other.counters().of(Reason.FRAGMENT_LIMIT)).isOne();
    assertThat(one.nextDeadlineNanos()).isEqualTo(30_001);
    assertThat(other.nextDeadlineNanos()).isEqualTo(30_002);
    assertThat(maker.resources().fragments().usedBytes())
        .isEqualTo(maker.resources().memory().usedBytes())
        .isEqualTo(one.budget().usedBytes() + other.budget().usedBytes());
  }

  private static void sendFragment(Engine engine, int id, long nowNanos) {
    FrameBuilder client = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER);
    client.flags(TcpFlags.ACK).numbers(1, 1).payload(Octets.of(new byte[100]));
    byte[] second = FrameFragments.cut(client.build(), id, 80).get(1);
    Packet packet = Frames.packet(second, Leg.INSIDE, nowNanos);
    engine.onPacket(packet, nowNanos, _ -> {});
  }

  @Test
  @DisplayName("H-39 an engine that forgets its connections gives back all that it has charged")
  void givesBackAll() {
    TestEngine maker = TestEngine.inline("Hello", "Hi").parkAfter(1_000_000).sharing();
    Engine one = maker.engine();
    Engine other = maker.engine();
    for (Engine each : List.of(one, other)) {
      fill(each);
    }
    assertThat(one.budget().usedBytes()).isPositive().isEqualTo(other.budget().usedBytes());
    assertThat(used(maker.resources()))
        .isEqualTo(List.of(2L * one.budget().usedBytes(), 2L * one.connectionBytes(), 8L));
    one.moves().releaseAll();
    assertThat(used(maker.resources()))
        .isEqualTo(List.of(other.budget().usedBytes(), other.connectionBytes(), 4L));
    assertThat(maker.resources().memory().reservedBytes()).isPositive();
    other.giveUpAll("test", 0, _ -> {});
    assertThat(used(maker.resources())).isEqualTo(List.of(0L, 0L, 0L));
    assertThat(maker.resources().memory().reservedBytes()).isZero();
    assertThat(maker.resources().fragments().usedBytes()).isZero();
    assertThat(maker.directBytes()).isZero();
  }

  /** A connection with delayed and undecided octets, a parked, a closed and a half-open one. */
  private static void fill(Engine engine) {
    at(engine, 1).run(TestEngine.OPEN);
    engine.onTimer(60_000_000_000L, _ -> {});
    at(engine, 2).run(TestEngine.OPEN);
    send(engine, 2, 1, Octets.of("Hel".getBytes(StandardCharsets.US_ASCII)));
    send(engine, 2, 1_000, Octets.of(new byte[1_000]));
    at(engine, 3).run(TestEngine.CLOSED);
    at(engine, 4).run("c> S 0:0(0)\n>s same\n");
    sendFragment(engine, 1, 0);
  }

  private static List<Long> used(EngineResources resources) {
    return List.of(
        resources.memory().usedBytes(),
        resources.connections().usedBytes(),
        (long) resources.connections().connections());
  }

  /** Notes which engine has changed. */
  private final class Named extends SoleRouter {
    private final String name;

    private Named(String name) {
      this.name = name;
    }

    @Override
    public void noteChanged() {
      changed.add(name);
    }
  }
}
