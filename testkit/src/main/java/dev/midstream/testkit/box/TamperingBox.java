package dev.midstream.testkit.box;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/** Changes or drops the segments that leave a box, to show that a check notices. */
public final class TamperingBox implements Box {
  private final Box box;
  private final Tampering tampering;

  /** Changes one segment. */
  @FunctionalInterface
  public interface Tampering {
    /**
     * Changes the segment that {@code view} reads, in {@code frame}.
     *
     * @return whether it still leaves
     */
    boolean change(FrameView view, byte[] frame);
  }

  /** A box that changes what leaves {@code box}. */
  public TamperingBox(Box box, Tampering tampering) {
    this.box = box;
    this.tampering = tampering;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = box.onPacket(packet, nowNanos, made -> emit(made, out));
    if (disposition == Disposition.FORWARD) {
      packet.from(
          packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos());
      emit(packet, out);
    }
    return Disposition.TAKEN;
  }

  private void emit(Packet made, PacketOutput out) {
    byte[] frame = Frames.octets(made);
    Packet copy = Frames.inPlaceOf(made, frame);
    FrameView view = new FrameView();
    if (view.read(copy) != FrameKind.TCP || tampering.change(view, frame)) {
      out.emit(copy);
    }
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, made -> emit(made, out));
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }
}
