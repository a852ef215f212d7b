package dev.midstream.agents.ftp;

/**
 * The limits of a rule.
 *
 * @param commandBytes octets of a command line
 * @param replyBytes octets of a line of a reply
 * @param dueReplies replies that the server owes, from which on further commands wait; 1 or more
 * @param pathBytes octets of a path, a directory or a user that is kept, and its command
 */
record Limits(int commandBytes, int replyBytes, int dueReplies, int pathBytes) {
  /** Octets of denials that may wait, for each due reply: denials have fewer. */
  private static final int DENIAL_BYTES = 64;

  /** Octets of denials that may wait, from which on further commands wait. */
  int denialBytes() {
    return DENIAL_BYTES * dueReplies;
  }

  /** Octets of a text that is kept, as UTF-8: one character of it is one octet on the wire. */
  int textBytes() {
    return 2 * pathBytes;
  }

  /** Whether a text is short enough to be kept. */
  boolean keeps(String text) {
    return text.length() <= pathBytes;
  }
}
