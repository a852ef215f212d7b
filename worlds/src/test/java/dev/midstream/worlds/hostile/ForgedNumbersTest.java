package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.box.UntimedBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which numbers an intruder does not forge. */
class ForgedNumbersTest {
  private static final int PACKETS = 60_000;
  private static final Ends ENDS = Ends.IPV4.withIsns(0xffff_fffc, 600_000_000);

  /** Notes the sequence numbers, counted from the first octet of their sender. */
  private static final class NotingBox implements UntimedBox {
    private final Set<Integer> positions = new HashSet<>();

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      FrameView view = new FrameView();
      view.read(packet);
      positions.add(view.sequence() - ENDS.isn(Ends.directionFrom(packet.leg())) - 1);
      return Disposition.TAKEN;
    }
  }

  @Test
  @DisplayName("an intruder forges RSTs inside the window, but none with the number after a FIN")
  void forgesNoExactResetAfterFin() {
    assertThat(forged(Forgery.INEXACT_RESET, TcpFlags.ACK | TcpFlags.FIN))
        .doesNotContain(4)
        .contains(3, 5);
  }

  @Test
  @DisplayName("an intruder forges RSTs inside the window, but none with the number after octets")
  void forgesNoExactResetAfterOctets() {
    assertThat(forged(Forgery.INEXACT_RESET, TcpFlags.ACK)).doesNotContain(3).contains(2, 4);
  }

  @Test
  @DisplayName("an intruder that guesses blindly forges no number near those of the end")
  void forgesNoNearNumberBlindly() {
    Set<Integer> positions = forged(Forgery.BLIND, TcpFlags.ACK);
    positions.remove(0);
    assertThat(positions)
        .hasSizeGreaterThan(PACKETS / 10)
        .noneMatch(position -> Math.abs(position) < Forgery.FAR);
  }

  /**
   * The positions of genuine segments, 0, and of forged ones.
   *
   * @param flags those of the genuine segments, which have three octets
   */
  private static Set<Integer> forged(Forgery forgery, int flags) {
    NotingBox box = new NotingBox();
    Intruder intruder = new Intruder(box, forgery, new Random(1));
    for (int i = 0; i < PACKETS; i++) {
      Direction direction = i % 2 == 0 ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
      byte[] frame =
          new FrameBuilder(ENDS, direction)
              .flags(flags)
              .numbers(1, 1)
              .payload(Octets.of(new byte[3]))
              .build();
      intruder.onPacket(Frames.packet(frame, Ends.legOfSender(direction), i), i, packet -> {});
    }
    return box.positions;
  }
}
