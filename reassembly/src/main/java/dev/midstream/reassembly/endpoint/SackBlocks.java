package dev.midstream.reassembly.endpoint;

import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.stream.Stream;

/**
 * The SACK blocks of an acknowledgement that the engine sends (RFC 2018, RFC 2883): first its
 * cause, then other vouched octets, then what the receiver reported. Reusable.
 */
final class SackBlocks {
  private static final int MAX_BLOCKS = 4;

  private final int[] edges = new int[2 * MAX_BLOCKS];
  private final long[] starts = new long[MAX_BLOCKS];
  private int count;

  void clear() {
    count = 0;
  }

  /** Adds a D-SACK block for known octets that arrived again. */
  void addDuplicate(Stream stream, long orgStart, long orgEnd) {
    if (orgStart < orgEnd) {
      add(stream, orgStart, orgEnd);
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
      addAbove(stream, start, sack.end(reported.end(i)));
    }
  }

  /** Left and right edge of each block, as sequence numbers. */
  int[] edges() {
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
    boolean above = orgStart > stream.sender().advertised();
    if (above && orgStart < orgEnd && count < MAX_BLOCKS && !contains(orgStart)) {
      add(stream, orgStart, orgEnd);
    }
  }

  private boolean contains(long orgStart) {
    for (int i = 0; i < count; i++) {
      if (starts[i] == orgStart) {
        return true;
      }
    }
    return false;
  }

  private void add(Stream stream, long orgStart, long orgEnd) {
    starts[count] = orgStart;
    edges[2 * count] = stream.space().sequenceOf(orgStart);
    edges[2 * count + 1] = stream.space().sequenceOf(orgEnd);
    count++;
  }
}
