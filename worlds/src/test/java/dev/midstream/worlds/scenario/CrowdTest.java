package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.EnginePlan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten thousand connections that exceed the total limit together. */
@Tag("worlds")
class CrowdTest {
  private static final int CONNECTIONS = 10_000;
  private static final int KINDS = 4;
  private static final int FIRST_PORT = 10_000;
  private static final int STREAM_BYTES = 4_500;
  private static final int WINDOW_BYTES = 4 << 20;
  private static final int WINDOW_SCALE = 7;

  /** Less than half is for octets: each "x" takes 44 octets of arrays while it is edited. */
  private static final long TOTAL_BYTES = 96L << 20;

  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final long SILENT_NANOS = 8 * SECOND;
  private static final long END_NANOS = 600 * SECOND;

  @Test
  @DisplayName("T-14 C-11 10,000 connections stay within the total limit and lose nothing")
  void servesACrowdWithinTheTotal() {
    EngineLimits limits = EngineLimits.DEFAULTS.withTotalBytes(TOTAL_BYTES);
    Engine engine = EnginePlan.PLAIN.withLimits(limits).engine(holdingOrGrowing());
    SimulatedNetwork network =
        new SimulatedNetwork(Path.of(10 * MILLI), 1).place(new Troubling(engine));
    List<Conversation> talks = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      talks.add(open(network, i));
    }
    network.runUntil(END_NANOS);

    assertThat(engine.budget().peakBytes()).isLessThanOrEqualTo(TOTAL_BYTES);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isPositive();
    StreamOracle oracle = new StreamOracle(CrowdTest::edited, stream -> stream);
    for (Conversation talk : talks) {
      oracle.checkComplete(talk);
      assertThat(talk.client().counters().get(Counter.RENEGINGS)).isZero();
      assertThat(talk.client().counters().get(Counter.ACKS_BEYOND_SENT)).isZero();
      assertThat(talk.server().counters().get(Counter.CONFLICTS)).isZero();
      assertThat(talk.server().counters().get(Counter.OCTETS_BEYOND_WINDOW)).isZero();
    }
    assertThat(engine.budget().usedBytes()).isZero();
  }

  private static Conversation open(SimulatedNetwork network, int number) {
    EndpointOptions options =
        EndpointOptions.MODERN
            .withBuffer(WINDOW_BYTES, WINDOW_SCALE)
            .without(Behaviour.CONGESTION_CONTROL, Behaviour.NAGLE);
    Application writing = new Application().write(text(number)).close();
    return network.open(
        Ends.IPV4.withPorts(FIRST_PORT + number, 80),
        Party.opening(options, writing),
        Party.waiting(options, new Application().awaitEnd().close()),
        number * MILLI / 10);
  }

  /** Odd connections send a single line, which is held until its end; in even ones "x" grows. */
  private static String text(int number) {
    String start = number % 2 == 1 ? "J" : "G";
    return start + "0123456x9".repeat(STREAM_BYTES / 9) + "\n";
  }

  private static byte[] edited(byte[] stream) {
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    String result = text.startsWith("G") ? text.replace("x", "grown".repeat(2)) : text;
    return result.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Holds a line that starts with "J" until it is complete; decides all else at once. */
  private static LambdaAgent holdingOrGrowing() {
    return LambdaAgent.withState((state, direction, view, out) -> {
      if (direction == Direction.SERVER_TO_CLIENT || view.length() == 0) {
        SimpleAgents.pass(view, out);
        return state;
      }
      String text = SimpleAgents.text(view);
      int kind = state == 0 ? text.charAt(0) : state;
      if (kind == 'G') {
        grow(text, out);
      } else if (text.endsWith("\n") || view.endOfStream()) {
        out.pass(view.length());
      }
      return kind;
    });
  }

  private static void grow(String text, Decisions out) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == 'x') {
        out.replace(1, Octets.ofText("grown".repeat(2)));
      } else {
        out.pass(1);
      }
    }
  }

  /**
   * Loses the first octets of half the connections, and drops the acknowledgements of the others
   * for a time.
   */
  private static final class Troubling implements FrontBox {
    private final Box box;
    private final FrameView view = new FrameView();
    private final BitSet begun = new BitSet();

    Troubling(Box box) {
      this.box = box;
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      view.read(packet);
      boolean fromClient = packet.leg() == Leg.INSIDE;
      int number = (fromClient ? view.sourcePort() : view.destinationPort()) - FIRST_PORT;
      boolean lost = fromClient ? isGap(number) : isSilent(number, nowNanos);
      return lost ? Disposition.TAKEN : box.onPacket(packet, nowNanos, out);
    }

    private boolean isGap(int number) {
      if (number % KINDS > 1 || view.payloadLength() == 0 || begun.get(number)) {
        return false;
      }
      begun.set(number);
      return true;
    }

    private boolean isSilent(int number, long nowNanos) {
      return number % KINDS > 1 && !view.isSyn() && nowNanos < SILENT_NANOS;
    }

    @Override
    public Box box() {
      return box;
    }
  }
}
