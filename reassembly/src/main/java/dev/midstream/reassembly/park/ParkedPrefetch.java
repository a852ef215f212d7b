package dev.midstream.reassembly.park;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.RecordIndex;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.util.function.Predicate;

/**
 * Reads the records of parked connections before the first packet of a batch is processed, so that
 * they lie in the processor's caches then. Changes nothing.
 *
 * <p>A connection that goes on needs six reads that miss the caches if many are parked: a slot of
 * the index, the record, its number, its deadline, and two tables of deadlines. One after the other
 * each waits for memory. Those of a batch wait together: they do not depend on each other.
 */
public final class ParkedPrefetch {
  /** So many packets of a batch are looked at. */
  static final int MAX_PACKETS = 64;

  /** Fewer records and their tables are in the caches anyway. */
  static final int MIN_PARKED = 20_000;

  /** If fewer packets of a batch, one in so many, belong to parked connections, it does not pay. */
  private static final int MIN_FOUND_PART = 16;

  /** So many packets later the next batch shows whether it pays. */
  static final int PAUSE_PACKETS = 1_024;

  private final FrameView view = new FrameView();
  private final ConnectionKey key = new ConnectionKey();
  private final KeyedHash hashes;
  private final RecordIndex index;
  private final RecordLog log;
  private final RecordDeadlines deadlines;
  private final Predicate<FrameView> isOwn;
  private final Counters counters;

  /** Hashes of keys at first, then places, and then numbers of records. */
  private final int[] batch = new int[MAX_PACKETS];

  private int count;
  private long pauseEnd;

  /** Depends on all that was read. */
  @SuppressWarnings("UnusedVariable") // else a compiler could leave the reads out
  private long sum;

  ParkedPrefetch(
      KeyedHash hashes,
      RecordIndex index,
      RecordLog log,
      RecordDeadlines deadlines,
      Predicate<FrameView> isOwn,
      Counters counters) {
    this.hashes = hashes;
    this.index = index;
    this.log = log;
    this.deadlines = deadlines;
    this.isOwn = isOwn;
    this.counters = counters;
  }

  /** Whether it pays for the next batch. */
  public boolean isDue() {
    return index.size() >= MIN_PARKED && counters.packets() >= pauseEnd;
  }

  /** Notes the connection of a packet of the next batch. */
  public void add(Packet packet) {
    if (count < MAX_PACKETS && view.read(packet) == FrameKind.TCP && isOwn.test(view)) {
      batch[count++] = key.set(view, hashes).hash();
    }
  }

  /**
   * Reads the records of all connections that were noted.
   *
   * @return how many of them are parked
   */
  public int read() {
    if (count == 0) {
      return 0;
    }
    int found = readIndex();
    if (MIN_FOUND_PART * found < count) {
      pauseEnd = counters.packets() + PAUSE_PACKETS;
    }
    count = 0;
    readRecords(found);
    return found;
  }

  /** Replaces the hashes by the places of records; returns how many there are. */
  private int readIndex() {
    // Without a branch that waits for memory, so that the processor begins all reads at once.
    for (int i = 0; i < count; i++) {
      sum += index.firstSlot(batch[i]);
    }
    int found = 0;
    for (int i = 0; i < count; i++) {
      int record = index.findHash(batch[i]);
      if (record != RecordIndex.NONE) {
        batch[found++] = record;
      }
    }
    return found;
  }

  private void readRecords(int found) {
    for (int i = 0; i < found; i++) {
      sum += log.readLines(batch[i]);
      batch[i] = log.number(batch[i]);
    }
    for (int i = 0; i < found; i++) {
      sum += log.place(batch[i]) + deadlines.dueNanos(batch[i]);
    }
  }
}
