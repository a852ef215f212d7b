package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.oracle.MonotonyOracle;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.EnginePlan;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Single cases that need simulated endpoints instead of a script. */
@Tag("worlds")
class TransferCasesTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final int EDIT_EVERY_BYTES = 4_096;
  private static final int WINDOW_BYTES = 262_144;
  private static final int MAX_SCALE = 14;
  private static final int LOSSY_ROUNDS = 20;

  private static Agent<?> growing(int length) {
    return SimpleAgents.replacing("x", "+".repeat(length));
  }

  private static UnaryOperator<byte[]> grown(int length) {
    return stream ->
        new String(stream, StandardCharsets.ISO_8859_1)
            .replace("x", "+".repeat(length))
            .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String marked(int bytes) {
    return ("x" + "a".repeat(EDIT_EVERY_BYTES - 1)).repeat(bytes / EDIT_EVERY_BYTES);
  }

  private static Conversation run(
      SimulatedNetwork network, Agent<?> agent, Party client, Party server, long withinNanos) {
    Engine engine = EnginePlan.PLAIN.engine(agent);
    network.place(engine);
    for (Leg leg : Leg.values()) {
      network.observe(new MonotonyOracle(Place.OUT_OF_BOX, leg, Ends.IPV4));
    }
    Conversation talk = network.open(Ends.IPV4, client, server);
    assertThat(network.runUntilDone(withinNanos)).as("ends: %s", talk).isTrue();
    for (TcpEndpoint end : new TcpEndpoint[] {talk.client(), talk.server()}) {
      assertThat(end.counters().get(Counter.CONFLICTS)).isZero();
      assertThat(end.counters().get(Counter.ACKS_BEYOND_SENT)).isZero();
      assertThat(end.counters().get(Counter.OCTETS_BEYOND_WINDOW)).isZero();
    }
    return talk;
  }

  @Test
  @DisplayName("C-2 64 edits in one window of 256 KiB survive random loss on all wires")
  void editsAFullWindowUnderLoss() {
    EndpointOptions options = EndpointOptions.MODERN.withInitialWindow(200);
    SeededRounds.run(
        LOSSY_ROUNDS,
        random -> {
          Path path = Path.of(20 * MILLI).withFaults(WireFaults.losing(0.02));
          Conversation talk =
              run(
                  new SimulatedNetwork(path, random.nextLong()),
                  growing(20),
                  Party.opening(options, new Application().write(marked(2 * WINDOW_BYTES)).close()),
                  Party.waiting(options, new Application().awaitEnd().close()),
                  600 * SECOND);
          new StreamOracle(grown(20), stream -> stream).checkComplete(talk);
        });
  }

  @Test
  @DisplayName("C-24 H-14 a Nagle sender that waits within a line is acknowledged in time")
  void acknowledgesAPartialLine() {
    Agent<?> lines =
        LambdaAgent.by((direction, view, out) -> {
          int end = SimpleAgents.text(view).lastIndexOf('\n') + 1;
          if (end > 0) {
            out.replace(end, Octets.ofText("done\n"));
          }
        });
    Application typing = new Application().write("He").write("l").write("lo\n").awaitOctets(3);
    Conversation talk =
        run(
            new SimulatedNetwork(Path.of(10 * MILLI), 1),
            lines,
            Party.opening(EndpointOptions.CLASSIC, typing.close()),
            Party.waiting(
                EndpointOptions.CLASSIC,
                new Application().awaitOctets(5).write("ok\n").awaitEnd().close()),
            120 * SECOND);
    assertThat(talk.client().counters().get(Counter.TIMEOUTS)).isZero();
    assertThat(talk.client().lastReadNanos()).isLessThan(SECOND);
    assertThat(talk.server().received()).startsWith("done\n".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  @DisplayName("C-32 C-33 H-28 growth into a zero window arrives complete, without tiny segments")
  void growsIntoAZeroWindow() {
    EndpointOptions narrow = EndpointOptions.CLASSIC.withBuffer(8_000, 0);
    String text = "xaaa".repeat(5_000);
    Conversation talk =
        run(
            new SimulatedNetwork(Path.of(10 * MILLI), 1),
            growing(10),
            Party.opening(EndpointOptions.CLASSIC, new Application().write(text).close()),
            Party.waiting(
                narrow,
                new Application().stopReading().pause(20 * SECOND).readAll().awaitEnd().close()),
            600 * SECOND);
    new StreamOracle(grown(10), stream -> stream).checkComplete(talk);
    int maxSegments = grown(10).apply(talk.client().written()).length / 500;
    assertThat(talk.server().counters().get(Counter.SEGMENTS_RECEIVED)).isLessThan(maxSegments);
  }

  @Test
  @DisplayName("C-31 H-27 H-28 with every window scale the right edge stays and the stream arrives")
  void keepsTheEdgeWithEveryScale() {
    for (int scale = 0; scale <= MAX_SCALE; scale++) {
      EndpointOptions options = EndpointOptions.MODERN.withBuffer(90_000, scale);
      Conversation talk =
          run(
              new SimulatedNetwork(Path.of(10 * MILLI), scale),
              growing(3_000),
              Party.opening(options, new Application().write(marked(WINDOW_BYTES)).close()),
              Party.waiting(options, new Application().read(7_000, 10 * MILLI).awaitEnd().close()),
              600 * SECOND);
      new StreamOracle(grown(3_000), stream -> stream).checkComplete(talk);
    }
  }
}
