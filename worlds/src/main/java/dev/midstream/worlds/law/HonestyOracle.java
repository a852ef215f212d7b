package dev.midstream.worlds.law;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.WholeStream;

/**
 * Checks the acknowledgements that one sender receives. Only octets that reached the box are
 * acknowledged or SACKed. A FIN is acknowledged only after the receiver acknowledged it. Without
 * custody, an octet is acknowledged only after the receiver acknowledged all its output.
 */
final class HonestyOracle implements PacketObserver {
  private final Direction direction;
  private final Leg sender;
  private final WholeStream stream;
  private final boolean custody;
  private final SequenceSpace space;
  private final FrameView view = new FrameView();
  private final RangeSet arrived = new RangeSet();
  private long newAcknowledged;
  private long near;

  /**
   * Checks the sender of {@code direction}.
   *
   * @param custody whether the engine may acknowledge octets in custody
   */
  HonestyOracle(Direction direction, Ends ends, WholeStream stream, boolean custody) {
    this.direction = direction;
    this.stream = stream;
    this.custody = custody;
    sender = Ends.legOfSender(direction);
    space = new SequenceSpace(ends.isn(direction));
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    boolean into = place == Place.INTO_BOX;
    boolean toSender = place == Place.OUT_OF_BOX && leg == sender;
    if ((!into && !toSender) || view.read(packet) != FrameKind.TCP || !view.isTcpChecksumRight()) {
      return;
    }
    if (into && leg == sender) {
      noteArrival();
    } else if (into && view.isAck() && !view.isRst()) {
      newAcknowledged = Math.max(newAcknowledged, offset(view.acknowledgement()));
    } else if (toSender && view.isAck() && !view.isRst()) {
      check(nowNanos);
    }
  }

  private void noteArrival() {
    long start = offset(view.sequence()) + (view.isSyn() ? 1 : 0);
    long end = start + view.payloadLength() + (view.isFin() ? 1 : 0);
    if (end > Math.max(0, start)) {
      arrived.addUnbounded(Math.max(0, start), end);
    }
    near = Math.max(near, end);
  }

  private long offset(int sequence) {
    return space.offsetOf(sequence, near);
  }

  private void check(long nowNanos) {
    long ack = offset(view.acknowledgement());
    long length = stream.octets().length;
    require(
        ack <= 0 || arrived.contains(0, ack),
        "acknowledges octets that did not arrive",
        ack,
        nowNanos);
    if (ack > length) {
      long newEnd = stream.editedLength() + 1L;
      require(
          newAcknowledged >= newEnd, "acknowledges a FIN that the receiver did not", ack, nowNanos);
    } else if (ack > 0 && !custody) {
      boolean covered = newAcknowledged >= stream.newOffsetOf(ack);
      require(covered, "acknowledges octets that the receiver did not", ack, nowNanos);
    }
    for (int i = 0; i < view.options().sackBlocks(); i++) {
      long left = offset(view.options().sackLeft(i));
      long right = offset(view.options().sackRight(i));
      boolean known = left < right && arrived.contains(Math.max(0, left), right);
      require(known, "SACKs octets that did not arrive: left=" + left, right, nowNanos);
    }
  }

  private void require(boolean holds, String what, long at, long nowNanos) {
    LawBroken.unless(
        holds,
        Law.HONESTY,
        what
            + ": direction="
            + direction
            + " at="
            + at
            + " newAcknowledged="
            + newAcknowledged
            + " nanos="
            + nowNanos);
  }
}
