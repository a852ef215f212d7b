package dev.midstream.modcmd.search;

import dev.midstream.modcmd.agent.MemoryView;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Looks for the first octets of some of a scan's strings. Immutable. */
sealed interface Filter permits PairFilter, BlockFilter {
  /** Eight octets as a little-endian number. */
  ValueLayout.OfLong EIGHT = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Four octets as a little-endian number. */
  ValueLayout.OfInt FOUR = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** How many octets must lie in the view behind the last place looked at. */
  int reach();

  /** Adds the places of the part of {@code view} that {@code candidates} is for. */
  void find(MemoryView view, Candidates candidates);
}
