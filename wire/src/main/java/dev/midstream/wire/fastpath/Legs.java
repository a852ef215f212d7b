package dev.midstream.wire.fastpath;

/**
 * The interfaces of the two legs, by their indexes. One that comes back has another index.
 *
 * @param inside 0 if unknown
 * @param outside 0 if unknown
 */
record Legs(int inside, int outside) {
  static final Legs UNKNOWN = new Legs(0, 0);

  boolean areKnown() {
    return inside != 0 && outside != 0;
  }

  boolean has(int index) {
    return index == inside || index == outside;
  }

  /** The other interface than the one with {@code index}; 0 if that is none of both. */
  int other(int index) {
    return index == inside ? outside : index == outside ? inside : 0;
  }
}
