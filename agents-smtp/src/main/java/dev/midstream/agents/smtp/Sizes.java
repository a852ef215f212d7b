package dev.midstream.agents.smtp;

/**
 * How long a message may be (RFC 1870).
 *
 * @param maxBytes the limit of the settings; {@link Long#MAX_VALUE} for none
 * @param addedBytes octets that edits of the header add to a message
 */
record Sizes(long maxBytes, long addedBytes) {
  private static final int MAX_DIGITS = 18;

  /** Whether the server's limit is announced as it is. */
  boolean isNone() {
    return maxBytes == Long.MAX_VALUE && addedBytes == 0;
  }

  /** Whether a message that the client declares to be so long may come. */
  boolean allows(long declaredBytes) {
    return declaredBytes <= maxBytes - addedBytes;
  }

  /** The limit to announce in place of the server's; 0 for none. */
  long announced(String ofServer) {
    String digits = ofServer.strip();
    boolean isNumber = digits.matches("[0-9]{1," + MAX_DIGITS + "}");
    long number = isNumber ? Long.parseLong(digits) : 0;
    long least = number == 0 ? maxBytes : Math.min(number, maxBytes);
    return least == Long.MAX_VALUE ? 0 : Math.max(1, least - addedBytes);
  }
}
