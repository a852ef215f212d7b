package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.ProbeRule;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.Stream;

/** Tells keep-alives, which may carry an octet of garbage, from segments with octets. */
final class KeepAliveCheck {
  private final boolean inline;

  KeepAliveCheck(boolean inline) {
    this.inline = inline;
  }

  /**
   * Whether a segment carries octets below the receiver's next expected one, sent to get an
   * acknowledgement (RFC 9293 section 3.8.4). Of a connection that was picked up the receiver may
   * lack octets from before until it is heard.
   */
  boolean isKeepAlive(Segment segment) {
    Stream stream = segment.stream();
    boolean unheard =
        segment.connection().isPickedUp() && !stream.receiver().sendWindow().isPickedUpHeard();
    if (segment.view().isFin() || segment.view().isSyn() || unheard) {
      return false;
    }
    long advertised =
        inline ? advertisedTo(segment) : stream.receiver().sendWindow().orgAcknowledged();
    boolean mayBeKeepAlive =
        inline
            ? segment.orgEnd() <= advertised
            : segment.orgStart() == advertised - 1 && segment.orgEnd() <= stream.heldEnd();
    return mayBeKeepAlive
        && ProbeRule.isKeepAlive(segment.orgStart(), segment.length(), advertised);
  }

  /**
   * What the sender of a segment was acknowledged at most. If the engine before this one may have
   * acknowledged more than is known, an empty segment below what has come is a keep-alive: others
   * have the next number. One octet that is missing may be the garbage of a keep-alive, and so may
   * the next one if the sender may have sent it before.
   */
  private static long advertisedTo(Segment segment) {
    Stream stream = segment.stream();
    boolean unknown = isReceiverUnknown(segment) && segment.length() == 0;
    if (mayBeGarbageAgain(segment)) {
      return segment.orgEnd();
    }
    return unknown || mayBeGarbage(segment) ? stream.orgNext() : stream.sender().advertised();
  }

  /** Whether one octet is missing that may be there, or be the garbage of a keep-alive. */
  static boolean mayBeGarbage(Segment segment) {
    Stream stream = segment.stream();
    return segment.length() == 1
        && segment.orgStart() < stream.decided()
        && stream.receiver().inherited().isUnheard()
        && stream.edits().omitted().isMissing(stream.edits().map().after(segment.orgStart()));
  }

  /**
   * The last octet that waits has PSH (RFC 9293 section 3.9.1.2), that of a keep-alive has none.
   */
  private static boolean mayBeGarbageAgain(Segment segment) {
    Stream stream = segment.stream();
    return segment.length() == 1
        && segment.orgStart() == stream.heldEnd()
        && !segment.view().isPsh()
        && stream.receiver().inherited().mayBeForgotten();
  }

  /**
   * Whether it is not known what the receiver has and lets in, because another engine knew it: what
   * keeps the segment here may be over.
   */
  static boolean isReceiverUnknown(Segment segment) {
    return segment.stream().receiver().inherited().isWindowUnknown();
  }
}
