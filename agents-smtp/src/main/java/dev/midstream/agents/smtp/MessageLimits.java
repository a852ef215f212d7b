package dev.midstream.agents.smtp;

/**
 * How much of a message is held and remembered while it is edited.
 *
 * @param lineBytes octets of a line that is held
 * @param depth parts within parts, at most {@link #MAX_DEPTH}
 * @param fieldBytes octets that are remembered of a field of MIME, at most {@link #MAX_FIELD}
 */
record MessageLimits(int lineBytes, int depth, int fieldBytes) {
  static final int MAX_DEPTH = 64;
  static final int MAX_FIELD = 8_192;
}
