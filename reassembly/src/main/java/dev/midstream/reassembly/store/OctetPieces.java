package dev.midstream.reassembly.store;

import org.jspecify.annotations.Nullable;

/** Pieces in the order of their positions, without overlap. They are used again when removed. */
final class OctetPieces {
  private static final OctetPiece[] NONE = {};

  private @Nullable OctetPiece[] pieces = NONE;
  private int first;
  private int count;

  /** Number of pieces. */
  int count() {
    return count;
  }

  /** Number of pieces for which there is room. */
  int capacity() {
    return pieces.length;
  }

  /** The piece at {@code index}, 0 to one below {@link #count}. */
  OctetPiece get(int index) {
    OctetPiece piece = pieces[(first + index) & (pieces.length - 1)];
    if (piece == null) {
      throw new IllegalStateException("no such piece: index=" + index + " count=" + count);
    }
    return piece;
  }

  /** The last piece that starts at or below {@code newPosition}; -1 if none does. */
  int indexOf(long newPosition) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle).newStart() <= newPosition) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** Makes a place for a piece at {@code index}; those from there on move up. */
  OctetPiece insert(int index) {
    if (count == pieces.length) {
      resize(Capacity.grown(count));
    }
    int mask = pieces.length - 1;
    OctetPiece free = pieces[(first + count) & mask];
    for (int i = count; i > index; i--) {
      pieces[(first + i) & mask] = pieces[(first + i - 1) & mask];
    }
    OctetPiece piece = free == null ? new OctetPiece() : free;
    pieces[(first + index) & mask] = piece;
    count++;
    return piece;
  }

  /** Removes the first piece, and returns it. */
  OctetPiece removeFirst() {
    OctetPiece piece = get(0);
    first = (first + 1) & (pieces.length - 1);
    count--;
    return piece;
  }

  /** Moves the pieces to the front of an array of {@code capacity}, unless that is its room. */
  void resize(int capacity) {
    if (capacity == pieces.length) {
      return;
    }
    @Nullable OctetPiece[] other = capacity == 0 ? NONE : new OctetPiece[capacity];
    for (int i = 0; i < count; i++) {
      other[i] = get(i);
    }
    pieces = other;
    first = 0;
  }
}
