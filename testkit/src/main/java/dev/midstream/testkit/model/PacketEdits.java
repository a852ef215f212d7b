package dev.midstream.testkit.model;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.box.UntimedBox;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A box that replaces text in the payload of each packet separately, also of retransmissions, and
 * moves sequence numbers by a {@link Shift}. For one connection. Not thread-safe.
 */
public final class PacketEdits implements UntimedBox {
  private final String find;
  private final String replacement;
  private final Map<Direction, Shift> shifts = new EnumMap<>(Direction.class);
  private final FrameView view = new FrameView();
  private final HeaderEditor editor = new HeaderEditor();
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  /** A box that replaces {@code find} by {@code replacement} in both directions. */
  public PacketEdits(String find, String replacement, Supplier<Shift> shift) {
    this.find = find;
    this.replacement = replacement;
    for (Direction each : Direction.values()) {
      shifts.put(each, shift.get());
    }
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (view.read(packet) != FrameKind.TCP || !view.isTcpChecksumRight()) {
      return Disposition.FORWARD;
    }
    Direction direction =
        packet.leg() == Leg.INSIDE ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    String payload = payload();
    String edited = payload.replace(find, replacement);
    Shift own = shift(direction);
    if (!edited.equals(payload)) {
      own.edited(view.sequence(), edited.length() - payload.length());
    }
    int sequence = own.forward(view.sequence());
    writeHeaders(sequence, shift(direction.opposite()));
    if (edited.equals(payload)) {
      return Disposition.FORWARD;
    }
    emit(edited, nowNanos, out);
    return Disposition.TAKEN;
  }

  private void writeHeaders(int sequence, Shift other) {
    editor.edit(view).sequence(sequence);
    if (view.isAck()) {
      editor.acknowledgement(other.backward(view.acknowledgement()));
    }
    for (int i = 0; i < view.options().sackBlocks(); i++) {
      int left = other.backward(view.options().sackLeft(i));
      editor.sackBlock(i, left, other.backward(view.options().sackRight(i)));
    }
    editor.done();
  }

  private void emit(String payload, long nowNanos, PacketOutput out) {
    if (!template.capture(view)) {
      throw new IllegalStateException("headers too long: bytes=" + view.payloadOffset());
    }
    byte[] octets = payload.getBytes(StandardCharsets.ISO_8859_1);
    out.emit(
        builder
            .from(template)
            .leg(template.leg().opposite())
            .payload(MemorySegment.ofArray(octets), 0, octets.length)
            .build(nowNanos));
  }

  private String payload() {
    return new String(Frames.payload(view), StandardCharsets.ISO_8859_1);
  }

  private Shift shift(Direction direction) {
    Shift shift = shifts.get(direction);
    if (shift == null) {
      throw new IllegalStateException("no such direction: " + direction);
    }
    return shift;
  }
}
