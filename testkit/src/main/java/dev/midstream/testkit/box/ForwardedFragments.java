package dev.midstream.testkit.box;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.PacketOutput;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Joins the fragments that a box forwards, as the IP layer of their receiver does (RFC 791 section
 * 3.2). It knows each packet before it was cut, so only fragments that leave bit for bit are
 * joined.
 */
final class ForwardedFragments {
  private static final int MOST_FRAGMENTS = 4_096;

  private final Map<ByteBuffer, Whole> missing = new LinkedHashMap<>();

  /** A packet, and its fragments that have not left. */
  private static final class Whole {
    private final byte[] frame;
    private final Set<ByteBuffer> fragments = new HashSet<>();

    Whole(byte[] frame, List<byte[]> cut) {
      this.frame = frame;
      cut.forEach(each -> fragments.add(ByteBuffer.wrap(each)));
    }
  }

  /** Notes that {@code frame} reaches the box as {@code fragments}. */
  void expect(byte[] frame, List<byte[]> fragments) {
    if (fragments.size() > 1) {
      Whole whole = new Whole(frame, fragments);
      whole.fragments.forEach(each -> missing.put(each, whole));
      while (missing.size() > MOST_FRAGMENTS) {
        missing.remove(missing.keySet().iterator().next());
      }
    }
  }

  /** {@code out}, to which the last fragment that leaves brings the whole packet. */
  PacketOutput joining(PacketOutput out) {
    return packet -> {
      byte[] octets = Frames.octets(packet);
      Whole whole = missing.remove(ByteBuffer.wrap(octets));
      byte[] frame = whole == null ? octets : completed(whole, octets);
      if (frame != null) {
        out.emit(Frames.inPlaceOf(packet, frame));
      }
    };
  }

  private static byte @Nullable [] completed(Whole whole, byte[] fragment) {
    whole.fragments.remove(ByteBuffer.wrap(fragment));
    return whole.fragments.isEmpty() ? whole.frame : null;
  }
}
