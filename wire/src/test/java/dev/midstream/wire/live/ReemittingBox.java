package dev.midstream.wire.live;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;

/** A box that leaves the stream unchanged but re-emits its segments. */
final class ReemittingBox implements UntimedBox {

  /** What the box does with a TCP segment. */
  enum Mode {
    /** Emits an equal packet. */
    COPY,
    /** Completes the checksum in place. */
    COMPLETE,
    /** Emits a packet with a complete checksum, even if it is a super-segment. */
    COPY_COMPLETE
  }

  private final Mode mode;
  private final FrameView view = new FrameView();
  private final HeaderEditor editor = new HeaderEditor();
  private final MemorySegment scratch = MemorySegment.ofArray(new byte[1 << 17]);
  private final Packet made = new Packet();

  ReemittingBox(Mode mode) {
    this.mode = mode;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (view.read(packet) != FrameKind.TCP) {
      return Disposition.FORWARD;
    }
    if (mode != Mode.COPY && !editor.edit(view).completeChecksum()) {
      throw new IllegalStateException("octets of the segment are missing");
    }
    if (mode == Mode.COMPLETE) {
      return Disposition.FORWARD;
    }
    MemorySegment.copy(packet.memory(), packet.offset(), scratch, 0, packet.length());
    made.at(scratch, 0, packet.length())
        .from(packet.linkType(), packet.leg().opposite(), packet.interfaceId(), nowNanos)
        .offload(packet.checksumState(), packet.gsoBytes());
    out.emit(made);
    return Disposition.TAKEN;
  }
}
