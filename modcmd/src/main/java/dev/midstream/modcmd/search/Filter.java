package dev.midstream.modcmd.search;

import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Finds positions where some of a scan's strings may start. Immutable. */
sealed interface Filter permits PairFilter, BlockFilter {
  /** Eight octets as a little-endian number. */
  ValueLayout.OfLong EIGHT = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Four octets as a little-endian number. */
  ValueLayout.OfInt FOUR = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The number of octets that must follow the last position examined. */
  int reach();

  /** Adds the candidates of the part of {@code view} that {@code candidates} is for. */
  void find(MemoryView view, Candidates candidates);
}
