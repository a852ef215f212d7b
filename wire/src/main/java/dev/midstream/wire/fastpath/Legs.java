package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.port.PortException;

/**
 * The interfaces of the two legs, by their indexes. One that comes back has another index.
 *
 * @param inside 0 if unknown
 * @param outside 0 if unknown
 */
record Legs(int inside, int outside) {
  static final Legs UNKNOWN = new Legs(0, 0);

  /**
   * The interfaces with these names in the thread's network name space.
   *
   * @throws FastPathException if one of them is not there
   */
  static Legs named(Linux linux, String inside, String outside) throws FastPathException {
    return new Legs(index(linux, inside), index(linux, outside));
  }

  private static int index(Linux linux, String name) throws FastPathException {
    int index = linux.interfaceIndex(name);
    if (index <= 0) {
      throw new FastPathException(
          String.valueOf(PortException.ofInterface(name, index).getMessage()));
    }
    return index;
  }

  /** The same; one that is not there is unknown. */
  static Legs found(Linux linux, String inside, String outside) {
    return new Legs(
        Math.max(0, linux.interfaceIndex(inside)), Math.max(0, linux.interfaceIndex(outside)));
  }

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
