package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Box;
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
  private static final Direction SENDER = Direction.CLIENT_TO_SERVER;

  /** Notes the numbers of the RSTs, counted from the first octet. */
  private static final class ResetBox implements Box {
    private final Set<Integer> positions = new HashSet<>();

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      FrameView view = new FrameView();
      view.read(packet);
      if (view.isRst()) {
        positions.add(view.sequence() - Ends.IPV4.isn(SENDER) - 1);
      }
      return Disposition.TAKEN;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {}

    @Override
    public long nextDeadlineNanos() {
      return Long.MAX_VALUE;
    }
  }

  @Test
  @DisplayName("an intruder forges RSTs inside the window, but none with the number after a FIN")
  void forgesNoExactResetAfterFin() {
    assertThat(forged(TcpFlags.ACK | TcpFlags.FIN)).doesNotContain(4).contains(3, 5);
  }

  @Test
  @DisplayName("an intruder forges RSTs inside the window, but none with the number after octets")
  void forgesNoExactResetAfterOctets() {
    assertThat(forged(TcpFlags.ACK)).doesNotContain(3).contains(2, 4);
  }

  /** The numbers of RSTs forged beside segments of three octets with {@code flags}. */
  private static Set<Integer> forged(int flags) {
    ResetBox box = new ResetBox();
    Intruder intruder = new Intruder(box, Forgery.INEXACT_RESET, new Random(1));
    byte[] frame =
        new FrameBuilder(Ends.IPV4, SENDER)
            .flags(flags)
            .sequence(Ends.IPV4.isn(SENDER) + 1)
            .acknowledgement(Ends.IPV4.isn(SENDER.opposite()) + 1)
            .payload(Octets.of(new byte[3]))
            .build();
    for (int i = 0; i < PACKETS; i++) {
      intruder.onPacket(Frames.packet(frame, Ends.legOfSender(SENDER), i), i, packet -> {});
    }
    return box.positions;
  }
}
