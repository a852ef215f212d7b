package dev.midstream.modcmd.map;

import java.util.Arrays;

/**
 * The naive twin of a map: the new stream, octet by octet with the original octet that owns it, and
 * the original stream with its cuts. It is built from the front and never folded. Nothing in it is
 * computed from lengths or offsets of commands.
 */
final class StreamTwin {
  private int decided;
  private int newLength;
  private int[] owner = new int[64];
  private byte[] value = new byte[64];
  private int[] start = {0};
  private int[] afterInsertions = {0};
  private int[] down = {0};
  private int[] up = {0};
  private int edits;
  private int[] editEnd = new int[64];
  private int[] editNewEnd = new int[64];

  /** Passes the next octet. */
  void pass(byte octet) {
    emit(octet);
    open(decided() + 1);
  }

  /** Replaces the next {@code length} octets by {@code octets}, as one edit. */
  void replace(int length, byte[] octets) {
    int first = decided();
    for (byte octet : octets) {
      emit(octet);
    }
    for (int p = first + 1; p < first + length; p++) {
      reserve(p);
      down[p] = first;
      up[p] = first + length;
      start[p] = start[first];
      afterInsertions[p] = afterInsertions[first];
    }
    open(first + length);
    noteEdit();
  }

  /** Inserts octets, which belong to the octet that follows. */
  void insert(byte[] octets) {
    for (byte octet : octets) {
      emit(octet);
    }
    afterInsertions[decided()] = newLength;
    noteEdit();
  }

  /** The number of edits whose whole output lies below {@code newPosition}, or at its end. */
  int editsUpTo(int newPosition) {
    int count = 0;
    while (count < edits && editNewEnd[count] <= newPosition) {
      count++;
    }
    return count;
  }

  /** The original end of the first {@code count} edits. */
  int baseAfter(int count) {
    return count == 0 ? 0 : editEnd[count - 1];
  }

  /** The end of the output of the first {@code count} edits. */
  int newBaseAfter(int count) {
    return count == 0 ? 0 : editNewEnd[count - 1];
  }

  int decided() {
    return decided;
  }

  int newEnd() {
    return newLength;
  }

  boolean isCut(int orgPosition) {
    return down[orgPosition] == orgPosition;
  }

  int down(int orgPosition) {
    return down[orgPosition];
  }

  int up(int orgPosition) {
    return up[orgPosition];
  }

  /** The number of new octets owned below the cut. */
  int before(int orgPosition) {
    return start[orgPosition];
  }

  int after(int orgPosition) {
    return afterInsertions[orgPosition];
  }

  int dataEnd(int orgEnd) {
    int cut = up[Math.min(orgEnd, decided())];
    return cut == decided() ? newLength : start[cut];
  }

  /** The owner of the first missing octet. */
  int acknowledgement(int newPosition) {
    return newPosition < newLength ? owner[newPosition] : decided();
  }

  /**
   * The sender's right edge: as far beyond the decided octets as the new position lies beyond their
   * output.
   */
  int rightEdge(int newPosition) {
    int beyond = newPosition - newLength;
    return beyond < 0 ? acknowledgement(newPosition) : decided() + beyond;
  }

  /** The first cut that does not own the octet before the block; D + 1 if there is none. */
  int firstCutFrom(int newPosition) {
    if (newPosition == 0) {
      return 0;
    }
    int place = owner[newPosition - 1];
    return place == decided() ? place + 1 : up[place + 1];
  }

  /** The same by definition: the lowest cut that owns no octet below the position. */
  int firstCutFromByCounting(int newPosition) {
    for (int p = 0; p <= decided(); p++) {
      if (isCut(p) && ownedBelow(p) >= newPosition) {
        return p;
      }
    }
    return decided() + 1;
  }

  /** The highest cut such that all octets owned below it lie before the new position. */
  int acknowledgementByCounting(int newPosition) {
    int highest = 0;
    for (int p = 0; p <= decided(); p++) {
      if (isCut(p) && ownedBelow(p) <= newPosition) {
        highest = p;
      }
    }
    return highest;
  }

  /** The number of new octets whose owner lies below {@code cut}. */
  int ownedBelow(int cut) {
    int count = 0;
    for (int j = 0; j < newLength; j++) {
      if (owner[j] < cut) {
        count++;
      }
    }
    return count;
  }

  byte[] newOctets(int from, int to) {
    return Arrays.copyOfRange(value, from, Math.max(from, to));
  }

  private void emit(byte octet) {
    if (newLength == value.length) {
      value = Arrays.copyOf(value, newLength * 2);
      owner = Arrays.copyOf(owner, newLength * 2);
    }
    value[newLength] = octet;
    owner[newLength] = decided();
    newLength++;
  }

  private void noteEdit() {
    if (edits == editEnd.length) {
      editEnd = Arrays.copyOf(editEnd, edits * 2);
      editNewEnd = Arrays.copyOf(editNewEnd, edits * 2);
    }
    editEnd[edits] = decided();
    editNewEnd[edits] = newLength;
    edits++;
  }

  private void open(int orgPosition) {
    reserve(orgPosition);
    decided = orgPosition;
    down[orgPosition] = orgPosition;
    up[orgPosition] = orgPosition;
    start[orgPosition] = newLength;
    afterInsertions[orgPosition] = newLength;
  }

  private void reserve(int orgPosition) {
    if (orgPosition >= down.length) {
      int length = Math.max(64, orgPosition * 2);
      down = Arrays.copyOf(down, length);
      up = Arrays.copyOf(up, length);
      start = Arrays.copyOf(start, length);
      afterInsertions = Arrays.copyOf(afterInsertions, length);
    }
  }
}
