package dev.midstream.agents.ftp;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Octets;

/** Denials, each with its reply. */
enum Denial {
  COMMAND(FtpReason.DENIED_COMMAND, "502 Command not allowed."),
  MALFORMED(FtpReason.MALFORMED_COMMAND, "500 Syntax error."),
  LONG_COMMAND(FtpReason.LONG_COMMAND, "500 Command line too long."),
  ARGUMENT(FtpReason.MALFORMED_COMMAND, "501 Syntax error in parameters."),
  ADDRESS(FtpReason.DENIED_ADDRESS, "500 Illegal address."),
  PORT(FtpReason.DENIED_PORT, "500 Illegal port."),
  PATH(FtpReason.DENIED_PATH, "550 Permission denied."),
  USER(FtpReason.DENIED_USER, "530 Not logged in."),
  TLS(FtpReason.DENIED_TLS, "534 Request denied for policy reasons.");

  private final FtpReason reason;
  private final String reply;

  Denial(FtpReason reason, String reply) {
    this.reason = reason;
    this.reply = reply + "\r\n";
  }

  AgentReason reason() {
    return reason.reason();
  }

  /** The reply in place of the server's, with its line ending. */
  Octets reply() {
    return Octets.ofLatin1(reply);
  }
}
