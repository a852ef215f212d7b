package dev.midstream.reassembly.stream;

/**
 * Which first copies a record holds for another engine. In each case it holds those that their
 * sender cannot repeat: what an edit or a reply put in, and what is in custody.
 */
public enum FirstCopies {
  /** All of them: whatever a sender repeats, each octet leaves as it left before. */
  ALL,
  /**
   * Those that come from commands. Octets that passed come again from their sender. An engine that
   * takes over can compare them with nothing, so it relies on a sender that repeats them as they
   * were (RFC 9293 section 3.8.1).
   */
  COMMANDS
}
