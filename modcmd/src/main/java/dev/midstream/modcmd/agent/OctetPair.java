package dev.midstream.modcmd.agent;

import dev.midstream.modcmd.command.Octets;

/** Two octets of a string and their places in it; the same octet twice in a string of one. */
record OctetPair(byte first, int firstPlace, byte second, int secondPlace) {
  /** Upper and lower case share this bit; among letters it says lower. */
  private static final int LOWER = 0x20;

  private static final String COMMON = " etaoinsrhld";
  private static final int COMMON_WEIGHT = 16;
  private static final int LETTER_WEIGHT = 5;
  private static final int DIGIT_WEIGHT = 3;
  private static final int RARE_WEIGHT = 1;

  /** The two of the first {@code most} octets of {@code string} that are rarest in traffic. */
  static OctetPair rarestOf(Octets string, int most) {
    int prefix = Math.min(most, string.length());
    OctetPair rarest = of(string, 0, prefix - 1);
    for (int second = prefix - 1; second > 0; second--) {
      for (int first = 0; first < second; first++) {
        OctetPair pair = of(string, first, second);
        rarest = pair.weight() < rarest.weight() ? pair : rarest;
      }
    }
    return rarest;
  }

  /** Grows with how often the pair stands in traffic by chance. */
  int weight() {
    return weightOf(first) * weightOf(second);
  }

  private static OctetPair of(Octets string, int first, int second) {
    return new OctetPair(string.at(first), first, string.at(second), second);
  }

  /** Text is what most agents look at; of octets beyond it, only zeroes and ones come often. */
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
