package dev.midstream.tables.entry;

import java.util.UUID;

/**
 * An entry of a common table. Of two entries with the same key the one with the higher epoch
 * counts, and of those with the same epoch the one with the higher revision.
 */
public sealed interface TableEntry permits ConnectionEntry, ReplicatedEntry {

  /** What it is found by. */
  TableKey key();

  /** The epoch of the bucket under which it was written; 0 or more. */
  long epoch();

  /** Grows whenever the entry changes in its epoch; 0 or more. */
  long revision();

  /** The life of the node that the entry belongs to: it is removed when that leaves or dies. */
  UUID life();
}
