package dev.midstream.engines.redirect;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.IcmpView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/**
 * The box of a dispatcher: it forwards what no engine would look at, such as ARP, UDP and ICMP
 * echoes, so that this does not travel to a node and back. Segments of TCP, fragments that may be
 * of one, and ICMP errors that quote one pass to the box within (PDP-9).
 *
 * <p>Not thread-safe: one worker owns it.
 */
public final class PassingBox implements Box {
  private final Box box;
  private final FrameView view = new FrameView();
  private final IcmpView error = new IcmpView();

  /** Leaves to {@code box} what engines look at. */
  public PassingBox(Box box) {
    this.box = box;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    return view.read(packet) == FrameKind.NOT_OURS && !error.read(packet)
        ? Disposition.FORWARD
        : box.onPacket(packet, nowNanos, out);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    box.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return box.nextDeadlineNanos();
  }
}
