package dev.midstream.reassembly.rewrite;

import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpOptionsView;

/**
 * Maps the SACK blocks of a segment in place. A block becomes the largest original range whose
 * whole output it covers (H-8). Empty blocks are removed and replaced by NOPs.
 */
final class SackRewrite {
  private final Vantage vantage;

  SackRewrite(Vantage vantage) {
    this.vantage = vantage;
  }

  /**
   * Maps the blocks of {@code segment}. A block that starts at the engine's own acknowledgement is
   * removed: it would read as if the receiver had discarded octets (RFC 2018 section 8).
   *
   * @param advertised the acknowledgement that the segment will carry
   * @return the number of blocks that remain
   */
  int rewrite(Segment segment, long advertised) {
    int blocks = segment.view().options().sackBlocks();
    int kept = 0;
    for (int i = 0; i < blocks; i++) {
      if (rewrite(segment, i, kept, advertised)) {
        kept++;
      }
    }
    if (kept < blocks) {
      segment.editor().keepSackBlocks(kept);
    }
    return kept;
  }

  /** Whether the first block is a D-SACK of octets that the engine retransmitted (RFC 2883). */
  boolean reportsOwnRetransmission(Segment segment) {
    if (vantage == Vantage.RECORDING || segment.view().options().sackBlocks() == 0) {
      return false;
    }
    long left = left(segment, 0);
    long right = right(segment, 0);
    return isDuplicate(segment, left, right) && isOwn(segment.reverse(), left, right);
  }

  /** Notes block {@code index} and maps it to block {@code to}; returns whether it remains. */
  private boolean rewrite(Segment segment, int index, int to, long advertised) {
    Stream stream = segment.reverse();
    SackMap sack = stream.edits().sack();
    long left = left(segment, index);
    long right = right(segment, index);
    if (vantage == Vantage.RECORDING) {
      long end = sack.forwardEnd(right, stream.releasedEnd());
      return write(segment, to, sack.forwardStart(left, stream.releasedEnd()), end);
    }
    long end = stream.edits().commit().showable(sack.end(right), right);
    if (index == 0 && isDuplicate(segment, left, right)) {
      long start = sack.duplicateStart(left);
      boolean kept = end <= advertised || isInSecond(segment, start, end, advertised);
      return kept && !isOwn(stream, left, right) && write(segment, to, start, end);
    }
    note(stream, left, right, segment.nowNanos());
    long start = sack.start(left, advertised);
    return !isAtOwn(stream, start, advertised) && write(segment, to, start, end);
  }

  /** What lies above the acknowledgement is a duplicate only beside a block that it lies in. */
  private boolean isInSecond(Segment segment, long start, long end, long advertised) {
    if (segment.view().options().sackBlocks() == 1) {
      return false;
    }
    SackMap sack = segment.reverse().edits().sack();
    long secondStart = sack.start(left(segment, 1), advertised);
    return secondStart <= start
        && end <= sack.end(right(segment, 1))
        && !isAtOwn(segment.reverse(), secondStart, advertised);
  }

  private static boolean isAtOwn(Stream stream, long start, long advertised) {
    return start <= advertised
        && (stream.sender().custody().reaches(advertised) || isKeptBack(stream, advertised));
  }

  /** Whether the receiver acknowledged more, which waits for a record. */
  private static boolean isKeptBack(Stream stream, long advertised) {
    return stream.edits().commit().isOn()
        && stream.edits().fin().acknowledgement(stream.acknowledged()) > advertised;
  }

  private static boolean isOwn(Stream stream, long left, long right) {
    return stream.receiver().scoreboard().retransmitted().contains(left, right);
  }

  private long left(Segment segment, int index) {
    return offset(segment.reverse(), segment.view().options().sackLeft(index));
  }

  private long right(Segment segment, int index) {
    return offset(segment.reverse(), segment.view().options().sackRight(index));
  }

  private long offset(Stream stream, int edge) {
    long near = vantage == Vantage.RECORDING ? stream.heldEnd() : stream.releasedEnd();
    return stream.space().offsetOf(edge, near);
  }

  /**
   * Records the block, so that its octets are not retransmitted. One that starts at the
   * acknowledgement is older, and the receiver has discarded it (RFC 2018 section 8).
   */
  private static void note(Stream stream, long left, long right, long nowNanos) {
    long known = stream.receiver().inherited().noteReceived(right);
    long end = Math.min(known, stream.releasedEnd());
    if (left > stream.acknowledged() && left < end && known <= stream.newNext()) {
      stream.receiver().scoreboard().report(left, end);
      stream.receiver().rtt().onReported(left, end, nowNanos);
    }
  }

  /** RFC 2883: the first block lies below the acknowledgement, or inside the second block. */
  private static boolean isDuplicate(Segment segment, long left, long right) {
    SequenceSpace space = segment.reverse().space();
    TcpOptionsView options = segment.view().options();
    if (right <= space.offsetOf(segment.acknowledgement(), segment.reverse().releasedEnd())) {
      return true;
    }
    return options.sackBlocks() > 1
        && left >= space.offsetOf(options.sackLeft(1), left)
        && right <= space.offsetOf(options.sackRight(1), right);
  }

  private static boolean write(Segment segment, int index, long start, long end) {
    SequenceSpace space = segment.reverse().space();
    if (start < end) {
      segment.editor().sackBlock(index, space.sequenceOf(start), space.sequenceOf(end));
    }
    return start < end;
  }
}
