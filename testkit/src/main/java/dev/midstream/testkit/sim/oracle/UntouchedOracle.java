package dev.midstream.testkit.sim.oracle;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that a box forwards each packet at once and unchanged, and sends nothing else. */
public final class UntouchedOracle implements PacketObserver {
  private final SegmentReader view = new SegmentReader();
  private @Nullable Octets inside;
  private boolean mayHold;
  private boolean isSynAck;
  private @Nullable Octets held;
  private final List<Octets> again = new ArrayList<>();

  /** Lets the last SYN-ACK leave later than it came, or not at all. */
  public void holdsSynAcks() {
    mayHold = true;
  }

  /** Lets {@code packet}, which comes now, leave once more. */
  public void comesTwice(Packet packet) {
    again.add(octets(packet));
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place == Place.INTO_BOX) {
      hold();
      require(inside == null, "a packet did not leave", nowNanos);
      inside = octets(packet);
      isSynAck = view.read(packet) && view.isSyn() && view.isAck();
    } else if (place == Place.OUT_OF_BOX) {
      Octets leaving = octets(packet);
      if (inside != null && leaving.equals(inside)) {
        inside = null;
      } else if (!again.remove(leaving)) {
        hold();
        boolean isHeld = held != null && leaving.equals(held);
        require(isHeld, "a packet left that did not come", nowNanos);
        held = null;
      }
    }
  }

  private void hold() {
    if (mayHold && isSynAck && inside != null) {
      held = inside;
      inside = null;
    }
  }

  /** Checks that no packet is left in the box. */
  public void checkEmpty(long nowNanos) {
    hold();
    require(inside == null, "a packet did not leave", nowNanos);
  }

  private static Octets octets(Packet packet) {
    return Octets.of(Frames.octets(packet));
  }

  private static void require(boolean holds, String what, long nowNanos) {
    if (!holds) {
      throw new AssertionError(what + ": nanos=" + nowNanos);
    }
  }
}
