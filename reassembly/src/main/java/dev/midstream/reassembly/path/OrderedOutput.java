package dev.midstream.reassembly.path;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An output that keeps the order of departure. A segment that leaves in place is emitted as soon as
 * another packet follows it. Reusable.
 */
final class OrderedOutput implements PacketOutput {
  private @Nullable Segment segment;
  private boolean pending;

  /**
   * Begins the output after {@code segment}. It leaves in place if {@code disposition} is {@code
   * FORWARD}.
   */
  PacketOutput begin(Segment segment, Disposition disposition) {
    this.segment = segment;
    pending = disposition == Disposition.FORWARD;
    if (pending) {
      segment.finish();
    }
    return this;
  }

  /** The final disposition of the segment. */
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
    return Objects.requireNonNull(segment, "no segment to follow");
  }
}
