package dev.midstream.reassembly.path;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * An output that keeps the order of departure: a segment that may leave from where it lies goes
 * first, as soon as anything else is to follow it. Reusable.
 */
final class OrderedOutput implements PacketOutput {
  private @Nullable Segment segment;
  private boolean pending;

  /** Begins behind {@code segment}, of which {@code disposition} says whether it has left. */
  PacketOutput begin(Segment segment, Disposition disposition) {
    this.segment = segment;
    pending = disposition == Disposition.FORWARD;
    if (pending) {
      segment.finish();
    }
    return this;
  }

  /** What becomes of the segment after all. */
  Disposition disposition() {
    return pending ? Disposition.FORWARD : Disposition.TAKEN;
  }

  @Override
  public boolean gathers() {
    return first().output().gathers();
  }

  @Override
  public void emit(Packet packet) {
    Segment first = first();
    if (pending) {
      pending = false;
      Packet own = first.packet();
      own.from(own.linkType(), own.leg().opposite(), own.interfaceId(), own.timeNanos());
      first.output().emit(own);
    }
    first.output().emit(packet);
  }

  private Segment first() {
    if (segment == null) {
      throw new IllegalStateException("no segment to leave behind");
    }
    return segment;
  }
}
