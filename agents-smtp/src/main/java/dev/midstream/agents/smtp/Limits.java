package dev.midstream.agents.smtp;

/**
 * The limits of a rule.
 *
 * @param recipients RCPT commands of one message
 * @param messageBytes octets of a message, without the dots of stuffing (RFC 1870 section 5)
 * @param commandBytes octets of a command line
 * @param replyBytes octets of a reply
 * @param dueReplies replies that the server owes, 1 or more
 */
record Limits(int recipients, long messageBytes, int commandBytes, int replyBytes, int dueReplies) {
  /** Octets of denials that may wait, for each due reply: most denials have fewer. */
  private static final int DENIAL_BYTES = 64;

  /** Octets of denials that may wait. */
  int denialBytes() {
    return DENIAL_BYTES * dueReplies;
  }
}
