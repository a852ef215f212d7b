package dev.midstream.testkit.box;

import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.PacketOutput;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Joins the fragments that a box forwards, as the IP layer of their receiver does (RFC 791 section
 * 3.2). It knows each packet before it was cut, so only fragments whose headers leave as they came
 * are joined.
 */
final class ForwardedFragments {
  private static final int MOST_FRAGMENTS = 4_096;

  /** The fragments that have not left, by their headers. */
  private final Map<ByteBuffer, Whole> missing = new LinkedHashMap<>();

  /** A packet whose fragmentable part leaves in fragments, and how many have not left. */
  private static final class Whole {
    private final byte[] frame;
    private int left;

    Whole(byte[] frame, int fragments) {
      this.frame = frame.clone();
      left = fragments;
    }

    /** Takes the octets of a fragment; returns whether all have left. */
    boolean isCompletedBy(byte[] fragment) {
      int from = FrameFragments.fragmentOffset(fragment);
      int to = FrameFragments.payloadOffset(frame) + FrameFragments.start(fragment);
      System.arraycopy(fragment, from, frame, to, fragment.length - from);
      return --left == 0;
    }
  }

  /** Notes that {@code frame} reaches the box as {@code fragments}. */
  void expect(byte[] frame, List<byte[]> fragments) {
    Set<ByteBuffer> headers = new LinkedHashSet<>();
    fragments.forEach(each -> headers.add(headers(each)));
    if (headers.size() > 1) {
      Whole whole = new Whole(frame, headers.size());
      headers.forEach(each -> missing.put(each, whole));
      while (missing.size() > MOST_FRAGMENTS) {
        missing.remove(missing.keySet().iterator().next());
      }
    }
  }

  /**
   * {@code out}, to which the last fragment that leaves brings the whole packet. A box may have
   * changed the octets of a fragment, but not its headers.
   */
  PacketOutput joining(PacketOutput out) {
    return packet -> {
      byte[] octets = Frames.octets(packet);
      Whole whole = FrameFragments.isFragment(octets) ? missing.remove(headers(octets)) : null;
      if (whole == null) {
        out.emit(Frames.inPlaceOf(packet, octets));
      } else if (whole.isCompletedBy(octets)) {
        out.emit(Frames.inPlaceOf(packet, whole.frame));
      }
    };
  }

  private static ByteBuffer headers(byte[] fragment) {
    return ByteBuffer.wrap(Arrays.copyOf(fragment, FrameFragments.fragmentOffset(fragment)));
  }
}
