package dev.midstream.reassembly.fastpath;

import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.Orphans;
import org.jspecify.annotations.Nullable;

/**
 * Where connections go that need no decision.
 *
 * @param table holds them; it belongs to the thread of the engines
 * @param leastBytes payload octets that a connection has sent before it gets there, on either way
 *     since it got there last; and the fewest that are still to come of an opaque span; 0 or more
 * @param isQueued whether packets wait before the engine: connections are given away only in {@link
 *     FastPath#giveWaiting} then, so that no segment overtakes one that waits if the queue is empty
 *     soon
 * @param guards what becomes of edited connections while this process is silent; null where nothing
 *     passes then
 * @param orphans edited connections of other engines that are dead
 */
public record FastPathTerms(
    FastPathTable table,
    int leastBytes,
    boolean isQueued,
    @Nullable FastPathTable guards,
    Orphans orphans) {
  /** No connection goes anywhere. */
  public static final FastPathTerms OFF = new FastPathTerms(new FastPathModel(0), 0);

  /** The terms of an engine before which no packet waits. */
  public FastPathTerms(FastPathTable table, int leastBytes) {
    this(table, leastBytes, false);
  }

  /** Terms without guards. */
  public FastPathTerms(FastPathTable table, int leastBytes, boolean isQueued) {
    this(table, leastBytes, isQueued, null, new Orphans());
  }
}
