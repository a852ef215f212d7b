package dev.midstream.worlds.scenario;

import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** The sequence numbers that make a reset of one endpoint exact, observed on its side. */
final class ExactResetNumbers implements PacketObserver {
  private final Leg leg;
  private final SequenceSpace own;
  private final FrameView view = new FrameView();
  private long next;
  private long shown;

  /** The numbers of the endpoint at {@code leg}. */
  ExactResetNumbers(Ends ends, Leg leg) {
    this.leg = leg;
    own = new SequenceSpace(leg == Leg.INSIDE ? ends.clientIsn() : ends.serverIsn());
  }

  @Override
  public void seen(Place place, Leg at, Packet packet, long nowNanos) {
    boolean counts = at == leg && (place == Place.INTO_BOX || place == Place.OUT_OF_BOX);
    if (!counts || view.read(packet) != FrameKind.TCP || view.isRst()) {
      return;
    }
    if (place == Place.INTO_BOX) {
      long start = own.offsetOf(view.sequence(), next) + (view.isSyn() ? 1 : 0);
      next = Math.max(next, start + view.payloadLength() + (view.isFin() ? 1 : 0));
    } else if (view.isAck()) {
      shown = Math.max(shown, own.offsetOf(view.acknowledgement(), shown));
    }
  }

  /** The offset after the highest octet sent. */
  long next() {
    return next;
  }

  boolean isExact(long offset) {
    return offset == next || offset == shown;
  }

  int sequenceOf(long offset) {
    return own.sequenceOf(offset);
  }
}
