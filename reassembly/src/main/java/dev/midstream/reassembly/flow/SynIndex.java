package dev.midstream.reassembly.flow;

import java.util.function.IntConsumer;

/** Finds the records of a {@link SynCache} by the hashes of their keys. */
final class SynIndex {
  /*
   * Open addressing with linear probing, at most three quarters full; slots grow by a quarter. A slot
   * holds the hash of a record in its upper half and the record's number in its lower half. Hashes are
   * not 0, so a free slot is 0. Removal shifts entries back.
   */
  private static final int INITIAL_SLOTS = 256;

  private long[] slots = new long[INITIAL_SLOTS];
  private int used;

  /** Compares the key of a record. */
  @FunctionalInterface
  interface Keys {
    boolean isSame(int record, ConnectionKey key);
  }

  /** The record with {@code key}; {@link SynRecords#NONE} if there is none. */
  int find(ConnectionKey key, Keys keys) {
    int hash = key.hash();
    for (int slot = homeOf(hash); slots[slot] != 0; slot = after(slot)) {
      if (hashIn(slot) == hash && keys.isSame((int) slots[slot], key)) {
        return (int) slots[slot];
      }
    }
    return SynRecords.NONE;
  }

  void add(int record, int hash) {
    used++;
    if (4 * used > 3 * slots.length) {
      grow();
    }
    put((long) hash << Integer.SIZE | record);
  }

  /** Removes a record that was added with {@code hash}. */
  void remove(int record, int hash) {
    long entry = (long) hash << Integer.SIZE | record;
    int hole = homeOf(hash);
    while (slots[hole] != entry) {
      hole = after(hole);
    }
    for (int slot = after(hole); slots[slot] != 0; slot = after(slot)) {
      if (distance(homeOf(hashIn(slot)), slot) >= distance(hole, slot)) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
    used--;
  }

  /** Number of slots, taken or free. */
  int slots() {
    return slots.length;
  }

  /** Whether it has many more slots than records. */
  boolean isSparse(int minUsedPart) {
    return slots.length > INITIAL_SLOTS && used <= slots.length / minUsedPart;
  }

  /** Calls {@code visitor} for the records in at most {@code count} slots from {@code slot} on. */
  int visit(int slot, int count, IntConsumer visitor) {
    int end = (int) Math.min((long) slot + count, slots.length);
    for (int i = slot; i < end; i++) {
      if (slots[i] != 0) {
        visitor.accept((int) slots[i]);
      }
    }
    return end;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[old.length + old.length / 4];
    for (long entry : old) {
      if (entry != 0) {
        put(entry);
      }
    }
  }

  private void put(long entry) {
    int slot = homeOf((int) (entry >>> Integer.SIZE));
    while (slots[slot] != 0) {
      slot = after(slot);
    }
    slots[slot] = entry;
  }

  private int hashIn(int slot) {
    return (int) (slots[slot] >>> Integer.SIZE);
  }

  /** The first slot of a hash: the hash as a part of 2^32, of all slots. */
  private int homeOf(int hash) {
    long product = Integer.toUnsignedLong(hash) * slots.length;
    return (int) (product >>> Integer.SIZE);
  }

  private int after(int slot) {
    return slot + 1 == slots.length ? 0 : slot + 1;
  }

  /** How many slots lie from one to another one, round the end. */
  private int distance(int from, int to) {
    return to >= from ? to - from : to - from + slots.length;
  }
}
