package dev.midstream.reassembly.path;

import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.ForgottenOctets;
import dev.midstream.reassembly.stream.Stream;
import java.lang.foreign.ValueLayout;

/** What a segment says of octets before it that have not come. */
final class MissingOctets {
  private MissingOctets() {}

  /**
   * Notes a segment that begins after the next octet. One without octets has the sender's next
   * number: after a takeover what lies before it may have been sent to the engine before, and comes
   * again. So a gap is open, which ends after 100 s if the number was made up.
   */
  static void noteSegment(Segment segment, Stream stream) {
    ForgottenOctets forgotten = stream.receiver().inherited().forgotten();
    if (segment.length() > 0 || segment.view().isFin()) {
      forgotten.noteSenderBeyond(segment.orgStart());
      return;
    }
    forgotten.noteEmpty(segment.orgStart(), segment.nowNanos());
    if (segment.connection().seen().isInherited() && !stream.edits().fin().isKnown()) {
      stream.sender().noteSeen(segment.orgStart());
      stream.sender().waitTimes().noteGap(segment.nowNanos());
    }
  }

  /**
   * Notes that a probe beyond the edge shows that its sender has more octets. Another engine may
   * have let it in: then it may lie behind a gap, which is open until all of it has come.
   */
  static void noteProbe(Segment segment, Stream stream) {
    if (KeepAliveCheck.mayBeGarbage(segment)) {
      byte octet =
          segment.memory().get(ValueLayout.JAVA_BYTE, segment.memoryOffsetOf(segment.orgStart()));
      stream.edits().omitted().noteDoubtful(segment.orgStart(), octet);
    }
    if (segment.orgEnd() > stream.heldEnd()) {
      stream.sender().waitTimes().noteNextRefused(segment.orgEnd());
      stream.receiver().inherited().forgotten().noteSenderBeyond(segment.orgEnd());
    }
    if (segment.orgStart() > stream.heldEnd()) {
      stream.sender().noteSeen(segment.orgEnd());
      stream.sender().waitTimes().noteGap(segment.nowNanos());
    }
  }
}
