package dev.midstream.reassembly.endpoint;

import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.stream.Stream;

/**
 * The SACK blocks of an acknowledgement that the engine sends (RFC 2018, RFC 2883): first its
 * cause, then other vouched octets, then what the receiver reported. Neighbours are one block, but
 * a D-SACK block stays beside the one that it lies in. Reusable.
 */
final class SackBlocks {
  private static final int MAX_BLOCKS = 4;

  private final int[] edges = new int[2 * MAX_BLOCKS];
  private final long[] starts = new long[MAX_BLOCKS];
  private final long[] ends = new long[MAX_BLOCKS];
  private int duplicates;
  private int count;

  void clear() {
    duplicates = 0;
    count = 0;
  }

  /** Adds a D-SACK block for known octets that arrived again. */
  void addDuplicate(long orgStart, long orgEnd) {
    if (orgStart < orgEnd) {
      add(orgStart, orgEnd);
      duplicates = count;
    }
  }

  /**
   * Adds other octets after a gap, while there is room: first recent blocks, of which the newest is
   * the cause of a duplicate ACK, then the highest.
   */
  void addOthers(Stream stream) {
    for (int i = 0; i < stream.sender().custody().recentBlockCount(); i++) {
      addAround(stream, stream.sender().custody().recentBlock(i));
    }
    RangeSet vouched = stream.sender().custody().vouched();
    for (int i = vouched.size() - 1; i >= 0 && count < MAX_BLOCKS; i--) {
      addAbove(stream, vouched.start(i), vouched.end(i));
    }
    SackMap sack = stream.edits().sack();
    RangeSet reported = stream.receiver().scoreboard().sacked();
    for (int i = reported.size() - 1; i >= 0 && count < MAX_BLOCKS; i--) {
      long start = sack.start(reported.start(i), stream.sender().advertised());
      long end = stream.edits().commit().showable(sack.end(reported.end(i)), reported.end(i));
      addAbove(stream, start, end);
    }
  }

  /** Left and right edge of each block, as sequence numbers of {@code space}. */
  int[] edges(SequenceSpace space) {
    for (int i = 0; i < count; i++) {
      edges[2 * i] = space.sequenceOf(starts[i]);
      edges[2 * i + 1] = space.sequenceOf(ends[i]);
    }
    return edges;
  }

  int count() {
    return count;
  }

  /** Adds the vouched octets around {@code orgPosition}, if there are any. */
  private void addAround(Stream stream, long orgPosition) {
    RangeSet vouched = stream.sender().custody().vouched();
    int index = vouched.firstEndingAfter(orgPosition);
    if (index < vouched.size() && vouched.start(index) <= orgPosition) {
      addAbove(stream, vouched.start(index), vouched.end(index));
    }
  }

  /**
   * Adds a block that starts above the acknowledgement. A block below it would be a D-SACK, and one
   * directly after it would mean discarded octets.
   */
  private void addAbove(Stream stream, long orgStart, long orgEnd) {
    if (orgStart > stream.sender().advertised() && orgStart < orgEnd && count < MAX_BLOCKS) {
      add(orgStart, orgEnd);
      mergeLast();
    }
  }

  private void add(long orgStart, long orgEnd) {
    starts[count] = orgStart;
    ends[count] = orgEnd;
    count++;
  }

  /** Adds the last block to the first one that it touches, and then that one in its turn. */
  private void mergeLast() {
    int last = count - 1;
    for (int i = duplicates; i < last; i++) {
      if (starts[i] <= ends[last] && starts[last] <= ends[i]) {
        starts[i] = Math.min(starts[i], starts[last]);
        ends[i] = Math.max(ends[i], ends[last]);
        count = last;
        mergeFrom(i);
        return;
      }
    }
  }

  /** Adds the blocks that the block at {@code index} touches, now that it has grown. */
  private void mergeFrom(int index) {
    int kept = index + 1;
    for (int i = kept; i < count; i++) {
      if (starts[i] <= ends[index] && starts[index] <= ends[i]) {
        starts[index] = Math.min(starts[index], starts[i]);
        ends[index] = Math.max(ends[index], ends[i]);
      } else {
        starts[kept] = starts[i];
        ends[kept++] = ends[i];
      }
    }
    count = kept;
  }
}
