package dev.midstream.modcmd.agent;

/** Looks for the shortest strings of a list as pairs of octets and for the others by blocks. */
final class SplitScan extends CandidateScan {
  /**
   * So many places are left to both scans in turn: more cost time if starts are close together,
   * fewer cost calls.
   */
  private static final int CHUNK = 512;

  private final OctetPairScan pairs;
  private final BlockScan blocks;

  SplitScan(OctetPairScan pairs, BlockScan blocks) {
    this.pairs = pairs;
    this.blocks = blocks;
  }

  @Override
  int steps(int octets) {
    return Math.min(pairs.steps(octets), blocks.steps(octets));
  }

  @Override
  int next(MemoryView view, int from, int before) {
    int at = from;
    while (at < before && steps(view.length() - at) > 0) {
      int stop = Math.min(at + CHUNK, before);
      int paired = pairs.next(view, at, stop);
      int first = Math.min(paired, blocks.next(view, at, Math.min(paired, stop)));
      if (first < stop) {
        return first;
      }
      at = first;
    }
    return at;
  }
}
