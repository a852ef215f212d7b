package dev.midstream.modcmd.search;

import dev.midstream.agent.Octets;
import java.util.stream.IntStream;

/** Two octets of a string, the first at {@code place}; at distance 0 both are the same octet. */
record OctetPair(byte first, byte second, int place, int distance) {
  /** The bit that distinguishes lower from upper case. */
  private static final int LOWER = 0x20;

  private static final String COMMON = " etaoinsrhld";
  private static final int COMMON_WEIGHT = 16;
  private static final int LETTER_WEIGHT = 5;
  private static final int DIGIT_WEIGHT = 3;
  private static final int RARE_WEIGHT = 1;

  private static final int[] WEIGHTS =
      IntStream.range(0, 1 << Byte.SIZE).map(octet -> weightOf((byte) octet)).toArray();

  /** The weight factor of a pair at distance 0, which is a single octet. */
  private static final int ALONE_WEIGHT = 128;

  /**
   * The pair at {@code distance} in the first {@code prefix} octets of {@code string} that is
   * rarest in traffic. The string must be longer than {@code distance}.
   */
  static OctetPair rarestOf(Octets string, int prefix, int distance) {
    OctetPair rarest = of(string, 0, distance);
    for (int place = 1; place + distance < Math.min(prefix, string.length()); place++) {
      OctetPair pair = of(string, place, distance);
      rarest = pair.weight() < rarest.weight() ? pair : rarest;
    }
    return rarest;
  }

  /** A measure of how often the pair occurs in traffic by chance. */
  int weight() {
    int rest = distance == 0 ? ALONE_WEIGHT : WEIGHTS[Byte.toUnsignedInt(second)];
    return WEIGHTS[Byte.toUnsignedInt(first)] * rest;
  }

  private static OctetPair of(Octets string, int place, int distance) {
    return new OctetPair(string.at(place), string.at(place + distance), place, distance);
  }

  /** Most agents examine text. Of the octets that are not text, only 0x00 and 0xff are common. */
  private static int weightOf(byte octet) {
    if (octet == 0 || octet == -1 || COMMON.indexOf((char) octet) >= 0) {
      return COMMON_WEIGHT;
    }
    int letter = octet | LOWER;
    if (letter >= 'a' && letter <= 'z') {
      return letter == octet ? LETTER_WEIGHT : DIGIT_WEIGHT;
    }
    return octet >= '0' && octet <= '9' ? DIGIT_WEIGHT : RARE_WEIGHT;
  }
}
