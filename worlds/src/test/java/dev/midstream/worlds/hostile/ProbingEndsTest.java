package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.box.Wire;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldText;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which ends may go on for ever. */
class ProbingEndsTest {
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final String SLOW =
      "client.bytes=5000 server.options.receiveBufferBytes=1000 server.readEveryNanos=900000000000000";

  @Test
  @DisplayName("the window of a live receiver stays closed: its sender probes and is answered")
  void seesAnsweredProbes() {
    assertThat(isAnswered(SLOW, false)).isTrue();
  }

  @Test
  @DisplayName("the receiver does not answer the probes")
  void seesUnansweredProbes() {
    assertThat(isAnswered(SLOW, true)).isFalse();
  }

  @Test
  @DisplayName("both ends have nothing to send and do not probe")
  void seesEndsAtRest() {
    assertThat(isAnswered("client.bytes=10 client.closing=AFTER_PEER", false)).isFalse();
  }

  /** Takes all packets. */
  private static final FrontBox NOTHING =
      new FrontBox() {
        @Override
        public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
          return Disposition.TAKEN;
        }

        @Override
        public Box box() {
          return new Wire();
        }
      };

  /** Runs for an hour, and for another one, in which the wires may be cut. */
  private static boolean isAnswered(String text, boolean cut) {
    SimulatedWorld world = WorldText.read(text);
    SimulatedNetwork network = new SimulatedNetwork(world.path().path(), world.seed());
    network.place(new Wire());
    Conversation talk =
        network.open(
            Ends.IPV4,
            world.client().party(world.stream(Direction.CLIENT_TO_SERVER), true),
            world.server().party(world.stream(Direction.SERVER_TO_CLIENT), false));
    run(network, HOUR_NANOS);
    ProbingEnds probing = new ProbingEnds(talk);
    if (cut) {
      network.place(NOTHING);
    }
    run(network, 2 * HOUR_NANOS);
    return probing.areAnswered();
  }

  private static void run(SimulatedNetwork network, long untilNanos) {
    while (network.nextNanos() <= untilNanos && network.step()) {
      // Steps have no result.
    }
  }
}
