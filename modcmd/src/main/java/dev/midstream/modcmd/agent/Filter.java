package dev.midstream.modcmd.agent;

/** Looks for the first octets of some of a scan's strings. Immutable. */
sealed interface Filter permits PairFilter, BlockFilter {
  /** How many octets must lie in the view behind the last place looked at. */
  int reach();

  /** Adds the places of the part of {@code view} that {@code candidates} is for. */
  void find(MemoryView view, Candidates candidates);
}
