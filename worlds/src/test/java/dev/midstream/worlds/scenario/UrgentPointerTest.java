package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.testkit.agent.OctetEdits;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Draws;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.EnginePlan;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A client with random urgent pointers, and an engine that edits its stream. */
class UrgentPointerTest {
  private static final int ROUNDS = 200;
  private static final long MILLI = 1_000_000L;
  private static final int MAX_BYTES = 20_000;

  @Test
  @DisplayName(
      "HDP-5 C-50 H-37 urgent: pass keeps the pointer after the same octet in every retransmission")
  void pointsAfterTheSameOctet() {
    int[] urgent = new int[1];
    SeededRounds.run(ROUNDS, random -> urgent[0] += converse(random, Urgent.PASS));
    assertThat(urgent[0]).as("urgent segments").isPositive();
  }

  @Test
  @DisplayName("C-50 H-37 urgent: clear lets no segment with URG pass")
  void clearsEveryUrg() {
    SeededRounds.run(ROUNDS, random -> assertThat(converse(random, Urgent.CLEAR)).isZero());
  }

  /** Runs one transfer; returns the number of segments that left with URG. */
  private static int converse(RandomGenerator random, Urgent policy) {
    OctetEdits edits = OctetEdits.any(random);
    Ends ends = Draws.ends(random);
    byte[] octets = new byte[random.nextInt(1, MAX_BYTES)];
    random.nextBytes(octets);
    Pointers pointers = new Pointers(ends, octets, edits, random);
    Engine engine = EnginePlan.PLAIN.withUrgent(policy).engine(edits.agent());
    WireFaults loss = WireFaults.NONE.withLoss(random.nextInt(3) * 0.02);
    Path path =
        Draws.path(random)
            .withFaults(Leg.INSIDE, Direction.CLIENT_TO_SERVER, loss)
            .withFaults(Leg.OUTSIDE, Direction.CLIENT_TO_SERVER, loss);
    SimulatedNetwork network = new SimulatedNetwork(path, random.nextLong());
    network.place(new FragmentingBox(engine, (frame, id) -> List.of(pointers.set(frame))));
    network.observe(pointers);
    Conversation talk =
        network.open(
            ends,
            Party.opening(
                EndpointOptions.MODERN, new Application().write(octets, 0, octets.length).close()),
            Party.waiting(EndpointOptions.MODERN, Draws.writing(random, MAX_BYTES).close()));

    assertThat(network.runUntilDone(3_600_000 * MILLI)).as("ends: %s", talk).isTrue();
    new StreamOracle(edits::apply, edits::apply).checkComplete(talk);
    return pointers.seen;
  }

  /** Sets urgent pointers before the engine and checks them after it. */
  private static final class Pointers implements PacketObserver {
    private final FrameView view = new FrameView();
    private final HeaderEditor editor = new HeaderEditor();
    private final Ends ends;
    private final SequenceSpace client;
    private final byte[] octets;
    private final OctetEdits edits;
    private final RandomGenerator random;
    private final boolean[] isEnd;
    private long near;
    private int seen;

    Pointers(Ends ends, byte[] octets, OctetEdits edits, RandomGenerator random) {
      this.ends = ends;
      client = new SequenceSpace(ends.clientIsn());
      this.octets = octets;
      this.edits = edits;
      this.random = random;
      isEnd = new boolean[edits.apply(octets).length + 1];
    }

    byte[] set(byte[] frame) {
      Packet packet = Frames.packet(frame, Leg.INSIDE, 0);
      boolean own = view.read(packet) == FrameKind.TCP && view.sourcePort() == ends.clientPort();
      if (!own || view.payloadLength() == 0 || random.nextInt(3) > 0) {
        return frame;
      }
      long start = client.offsetOf(view.sequence(), near);
      int pointer = random.nextInt(1, view.payloadLength() + 3);
      int end = (int) Math.min(octets.length, start + pointer);
      isEnd[edits.apply(Arrays.copyOf(octets, end)).length] = true;
      editor.edit(view).flags(view.flags() | TcpFlags.URG).urgentPointer((int) (end - start));
      editor.done();
      return frame;
    }

    @Override
    public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
      boolean left = place == Place.OUT_OF_BOX && leg == Leg.OUTSIDE;
      if (!left || view.read(packet) != FrameKind.TCP || !view.isUrg()) {
        return;
      }
      seen++;
      assertThat(view.isTcpChecksumRight()).isTrue();
      long start = client.offsetOf(view.sequence(), near);
      near = Math.max(near, start + view.payloadLength());
      assertThat(isEnd[(int) start + view.urgentPointer()]).as("points after its octet").isTrue();
    }
  }
}
