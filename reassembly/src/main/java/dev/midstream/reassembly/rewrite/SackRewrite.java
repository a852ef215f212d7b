package dev.midstream.reassembly.rewrite;

import dev.midstream.modcmd.map.SackMap;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.TcpOptionsView;

/**
 * Maps the SACK blocks of a segment in place. A block becomes the largest original range whose
 * whole output it covers (H8). Empty blocks are removed and replaced by NOPs.
 */
public final class SackRewrite {
  private final Vantage vantage;

  /** Creates the stage for packets seen from {@code vantage}. */
  public SackRewrite(Vantage vantage) {
    this.vantage = vantage;
  }

  /**
   * Maps the blocks of {@code segment}. A block that starts at the engine's own acknowledgement is
   * removed: it would read as if the receiver had discarded octets (RFC 2018 section 8).
   *
   * @param shown the acknowledgement that the segment will carry
   * @return the number of blocks that remain
   */
  public int rewrite(Segment segment, long shown) {
    TcpOptionsView options = segment.view().options();
    int blocks = options.sackBlocks();
    int kept = 0;
    for (int i = 0; i < blocks; i++) {
      if (map(segment, options, i, shown)) {
        write(segment, kept++);
      }
    }
    if (kept < blocks) {
      segment.editor().keepSackBlocks(kept);
    }
    return kept;
  }

  /** Whether the first block is a D-SACK of octets that the engine retransmitted (RFC 2883). */
  boolean reportsOwnRetransmission(Segment segment) {
    TcpOptionsView options = segment.view().options();
    if (vantage == Vantage.RECORDING || options.sackBlocks() == 0) {
      return false;
    }
    Stream stream = segment.reverse();
    long left = left(stream, options, 0);
    long right = right(stream, options, 0);
    return isDuplicate(segment, stream, options, left, right)
        && stream.receiver().scoreboard().retransmitted().contains(left, right);
  }

  /** Notes one block and maps it; returns whether it survives. */
  private boolean map(Segment segment, TcpOptionsView options, int index, long shown) {
    Stream stream = segment.reverse();
    long left = left(stream, options, index);
    long right = right(stream, options, index);
    SackMap sack = stream.edits().sack();
    if (vantage == Vantage.RECORDING) {
      return sack.forward(left, right, stream.releasedEnd());
    }
    if (index == 0 && isDuplicate(segment, stream, options, left, right)) {
      return !reportsOwnRetransmission(segment) && mapDuplicate(segment, options, shown);
    }
    note(stream, left, right);
    return sack.sack(left, right, shown)
        && (sack.start() > shown || !stream.sender().custody().reaches(shown));
  }

  /** What lies above the acknowledgement is a duplicate only beside a block that it lies in. */
  private boolean mapDuplicate(Segment segment, TcpOptionsView options, long shown) {
    Stream stream = segment.reverse();
    SackMap sack = stream.edits().sack();
    boolean hasSecond = options.sackBlocks() > 1 && map(segment, options, 1, shown);
    long start = sack.start();
    long end = sack.end();
    boolean isMapped = sack.dSack(left(stream, options, 0), right(stream, options, 0));
    boolean isInside = hasSecond && start <= sack.start() && sack.end() <= end;
    return isMapped && (sack.end() <= shown || isInside);
  }

  private long left(Stream stream, TcpOptionsView options, int index) {
    return stream.space().offsetOf(options.sackLeft(index), near(stream));
  }

  private long right(Stream stream, TcpOptionsView options, int index) {
    return stream.space().offsetOf(options.sackRight(index), near(stream));
  }

  private long near(Stream stream) {
    return vantage == Vantage.RECORDING ? stream.heldEnd() : stream.releasedEnd();
  }

  /** Records the block, so that its octets are not retransmitted. */
  private static void note(Stream stream, long left, long right) {
    long end = Math.min(right, stream.releasedEnd());
    if (left >= stream.acknowledged() && left < end && right <= stream.newNext()) {
      stream.receiver().scoreboard().sacked().add(left, end);
    }
  }

  /** RFC 2883: the first block lies below the acknowledgement, or inside the second block. */
  private static boolean isDuplicate(
      Segment segment, Stream stream, TcpOptionsView options, long left, long right) {
    long acknowledged = stream.space().offsetOf(segment.acknowledgement(), stream.releasedEnd());
    if (right <= acknowledged) {
      return true;
    }
    return options.sackBlocks() > 1
        && left >= stream.space().offsetOf(options.sackLeft(1), left)
        && right <= stream.space().offsetOf(options.sackRight(1), right);
  }

  private static void write(Segment segment, int index) {
    Stream stream = segment.reverse();
    HeaderEditor editor = segment.editor();
    editor.sackBlock(
        index,
        stream.space().sequenceOf(stream.edits().sack().start()),
        stream.space().sequenceOf(stream.edits().sack().end()));
  }
}
