package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.command.Octets;

/** The first eight octets of a string, fewer if it is shorter, as a number to compare at once. */
record StartOctets(long value, long mask) {

  /** Those of {@code string}, which has 1 octet or more. */
  static StartOctets of(Octets string) {
    int count = Math.min(string.length(), Long.BYTES);
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= Byte.toUnsignedLong(string.at(i)) << (Byte.SIZE * i);
    }
    return new StartOctets(value, -1L >>> (Byte.SIZE * (Long.BYTES - count)));
  }

  /** Whether {@code octets}, eight of them as a little-endian number, begin with these. */
  boolean begin(long octets) {
    return (octets & mask) == value;
  }
}
