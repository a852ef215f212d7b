package dev.midstream.agents.smtp;

import java.util.Set;

/**
 * The settings of one rule.
 *
 * @param commands commands that are allowed, in upper case
 * @param startTls what becomes of STARTTLS
 * @param masks what is said in place of the server
 * @param mendsNewlines whether a bare CR or LF is mended, not denied
 * @param edits what is changed in messages
 * @param senders which senders are allowed
 * @param recipients which recipients are allowed
 * @param relay the clients that may name recipients of other domains
 * @param limits how much of what there may be
 */
record SmtpPolicy(
    Set<String> commands,
    StartTls startTls,
    Masks masks,
    boolean mendsNewlines,
    Edits edits,
    AddressRules senders,
    AddressRules recipients,
    Relay relay,
    Limits limits) {

  SmtpPolicy {
    commands = Set.copyOf(commands);
  }

  /** What becomes of STARTTLS. */
  enum StartTls {
    PASS,
    STRIP,
    REQUIRE
  }

  /** What becomes of a bare CR or LF. */
  enum Newlines {
    REJECT,
    NORMALISE
  }

  boolean allows(String verb) {
    return commands.contains(verb);
  }

  /** Whether {@code extension}, in upper case, is left out of the reply to EHLO. */
  boolean hides(String extension) {
    return masks.extensions().hidden().contains(extension);
  }

  /** Whether addresses are compared with rules. */
  boolean hasAddressRules() {
    return senders.isAny() || recipients.isAny() || relay.isProtected();
  }
}
