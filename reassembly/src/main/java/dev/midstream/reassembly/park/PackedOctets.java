package dev.midstream.reassembly.park;

/**
 * Octets of which many are 0, in less room: for each eight of them an octet that says which are not
 * 0, and then these.
 */
final class PackedOctets {
  private static final int GROUP = Byte.SIZE;

  private PackedOctets() {}

  /** The most octets that {@code length} octets take. */
  static int maxBytes(int length) {
    return length + (length + GROUP - 1) / GROUP;
  }

  /**
   * Packs [from, to) of {@code octets} into {@code packed}.
   *
   * @param at where the packed octets start
   * @return where they end
   */
  static int pack(byte[] octets, int from, int to, byte[] packed, int at) {
    int next = at;
    for (int start = from; start < to; start += GROUP) {
      int place = next++;
      int used = 0;
      int end = Math.min(start + GROUP, to);
      for (int i = start; i < end; i++) {
        byte octet = octets[i];
        packed[next] = octet;
        int bit = octet == 0 ? 0 : 1;
        next += bit;
        used |= bit << (i - start);
      }
      packed[place] = (byte) used;
    }
    return next;
  }

  /**
   * Sets [from, to) of {@code octets} to what {@link #pack} packed at {@code at}; these may be
   * fewer than were packed.
   */
  static void unpack(byte[] packed, int at, byte[] octets, int from, int to) {
    int next = at;
    for (int start = from; start < to; start += GROUP) {
      int used = packed[next++];
      int end = Math.min(start + GROUP, to);
      for (int i = start; i < end; i++) {
        boolean isUsed = (used >>> (i - start) & 1) != 0;
        octets[i] = isUsed ? packed[next++] : 0;
      }
    }
  }
}
