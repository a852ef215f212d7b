package dev.midstream.testkit.notation;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Conversion between packets and arrays of octets. */
public final class Frames {
  private Frames() {}

  /** A copy of the current octets of {@code packet}. */
  public static byte[] octets(Packet packet) {
    return copy(packet, 0, packet.length());
  }

  /** A copy of the payload of {@code view}, without octets that the capture cut off. */
  public static byte[] payload(FrameView view) {
    int length = view.presentPayloadLength();
    return length == 0 ? new byte[0] : copy(view.packet(), view.payloadOffset(), length);
  }

  /**
   * A packet for an Ethernet frame that arrived on {@code leg}; it shares the memory of {@code
   * frame}.
   */
  public static Packet packet(byte[] frame, Leg leg, long nowNanos) {
    return on(frame).from(LinkType.ETHERNET, leg, 0, nowNanos);
  }

  /** A packet for another frame, with the origin of {@code packet}. */
  public static Packet inPlaceOf(Packet packet, byte[] frame) {
    return on(frame)
        .from(packet.linkType(), packet.leg(), packet.interfaceId(), packet.timeNanos());
  }

  private static Packet on(byte[] frame) {
    return new Packet().at(MemorySegment.ofArray(frame), 0, frame.length);
  }

  private static byte[] copy(Packet packet, int offset, int length) {
    return packet.memory().asSlice(packet.offset() + offset, length).toArray(ValueLayout.JAVA_BYTE);
  }
}
