package dev.midstream.agents.smtp;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Octets;

/** Denials, each with its reply. The codes after the first are those of RFC 3463. */
enum Denial {
  COMMAND(SmtpReason.DENIED_COMMAND, "502 5.5.1 Command not allowed."),
  MALFORMED(SmtpReason.MALFORMED_COMMAND, "500 5.5.2 Syntax error."),
  LONG_COMMAND(SmtpReason.LONG_COMMAND, "500 5.5.2 Line too long."),
  ARGUMENT(SmtpReason.MALFORMED_COMMAND, "501 5.5.4 Syntax error in parameters."),
  CHUNK_SIZE(SmtpReason.MALFORMED_COMMAND, "501 5.5.4 Syntax error in the chunk size."),
  CHUNK(SmtpReason.DENIED_CHUNK, "503 5.5.1 An earlier chunk was not accepted."),
  STARTTLS(SmtpReason.DENIED_TLS, "502 5.5.1 Command not allowed."),
  TLS_REQUIRED(SmtpReason.TLS_REQUIRED, "530 5.7.0 Must issue a STARTTLS command first."),
  NEWLINE(SmtpReason.BARE_NEWLINE, "521 5.5.2 Bare CR or LF in the message."),
  SENDER_ADDRESS(SmtpReason.UNCLEAR_ADDRESS, "501 5.1.7 Bad address syntax."),
  ADDRESS(SmtpReason.UNCLEAR_ADDRESS, "501 5.1.3 Bad address syntax."),
  PARAMETER(SmtpReason.DENIED_PARAMETER, "555 5.5.4 Parameter not allowed."),
  UTF8(SmtpReason.DENIED_UTF8, "553 5.6.7 Only ASCII addresses are allowed."),
  SENDER(SmtpReason.DENIED_SENDER, "550 5.7.1 Sender not allowed."),
  RECIPIENT(SmtpReason.DENIED_RECIPIENT, "550 5.7.1 Recipient not allowed."),
  RELAY(SmtpReason.DENIED_RELAY, "550 5.7.1 Relaying not allowed."),
  RECIPIENTS(SmtpReason.RECIPIENT_LIMIT, "452 4.5.3 Too many recipients."),
  SIZE(SmtpReason.SIZE_LIMIT, "552 5.3.4 Message too big.");

  private final SmtpReason reason;
  private final String reply;

  Denial(SmtpReason reason, String reply) {
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
