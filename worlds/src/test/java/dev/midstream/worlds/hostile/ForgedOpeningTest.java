package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.box.UntimedBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an intruder does not forge. */
class ForgedOpeningTest {
  private static final int PACKETS = 60_000;

  /** Notes the last two SYNs, and counts the SYN-ACKs that acknowledge one of the other side. */
  private static final class SynBox implements UntimedBox {
    private final Deque<Syn> noted = new ArrayDeque<>();
    private int syns;
    private int synAcks;
    private int answers;

    private record Syn(Leg leg, int sequence) {}

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      FrameView view = new FrameView();
      view.read(packet);
      if (view.isSyn() && view.isAck()) {
        synAcks++;
        Syn answered = new Syn(packet.leg().opposite(), view.acknowledgement() - 1);
        answers += noted.contains(answered) ? 1 : 0;
      } else if (view.isSyn()) {
        syns++;
        noted.add(new Syn(packet.leg(), view.sequence()));
        if (noted.size() > 2) {
          noted.remove();
        }
      }
      return Disposition.TAKEN;
    }
  }

  @Test
  @DisplayName("an intruder forges SYNs and SYN-ACKs, but no SYN-ACK that answers a forged SYN")
  void forgesNoWholeOpening() {
    SynBox box = new SynBox();
    Intruder intruder = new Intruder(box, Forgery.SYN_IN_WINDOW, new Random(1));
    for (int i = 0; i < PACKETS; i++) {
      Direction direction = i % 2 == 0 ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
      byte[] frame =
          new FrameBuilder(Ends.IPV4, direction).flags(TcpFlags.ACK).numbers(1, 1_000).build();
      intruder.onPacket(Frames.packet(frame, Ends.legOfSender(direction), i), i, packet -> {});
    }
    assertThat(box.answers).isZero();
    assertThat(box.syns).isGreaterThan(PACKETS / 10);
    assertThat(box.synAcks).isGreaterThan(PACKETS / 10);
  }
}
