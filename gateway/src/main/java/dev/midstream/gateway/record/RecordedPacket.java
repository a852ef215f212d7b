package dev.midstream.gateway.record;

import dev.midstream.wire.capture.AnnotatedCapture;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.lang.foreign.ValueLayout;

/** A copy of a packet, and what is said of it. */
final class RecordedPacket {
  /** What it costs beside its octets, about: objects, the comment, its place in a queue. */
  private static final int OVERHEAD_BYTES = 256;

  private final Leg leg;
  private final boolean leaves;
  private final long timeNanos;
  private final byte[] octets;
  private final String comment;

  /**
   * A packet to be recorded.
   *
   * @param leg the side it came from, or leaves by
   * @param leaves whether it leaves
   * @param timeNanos since 1970
   * @param octets the packet
   * @param comment one clause, and the reasons that were counted with it
   */
  RecordedPacket(Leg leg, boolean leaves, long timeNanos, byte[] octets, String comment) {
    this.leg = leg;
    this.leaves = leaves;
    this.timeNanos = timeNanos;
    this.octets = octets;
    this.comment = comment;
  }

  static byte[] copy(Packet packet) {
    return packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }

  int length() {
    return octets.length;
  }

  /** What it is charged while it waits. */
  int queuedBytes() {
    return OVERHEAD_BYTES + octets.length;
  }

  /** How much longer it makes a capture at most. */
  int maxBytes() {
    return AnnotatedCapture.mostBytes(octets.length, comment);
  }

  void writeTo(AnnotatedCapture capture) throws IOException {
    capture.write(leg == Leg.INSIDE ? 0 : 1, leaves, timeNanos, octets, comment);
  }

  /** What a reader of the capture must know of how the packet travels. */
  static String offload(Packet packet) {
    String checksum =
        packet.checksumState() == ChecksumState.PARTIAL ? "; checksum left to the hardware" : "";
    return packet.gsoBytes() == 0
        ? checksum
        : checksum + "; travels as pieces of " + packet.gsoBytes() + " octets";
  }
}
