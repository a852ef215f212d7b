package dev.midstream.agents.smtp;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;
import java.util.stream.Stream;

/** What the agent counts. */
enum SmtpReason {
  DENIED_COMMAND("a command that the settings do not allow", Consequence.DENIED),
  MALFORMED_COMMAND("a line that servers may read in different ways", Consequence.DENIED),
  LONG_COMMAND("a line longer than command-length", Consequence.DENIED),
  DENIED_CHUNK("a chunk after one that was denied or refused", Consequence.DENIED),
  DENIED_TLS("STARTTLS, where it is stripped", Consequence.DENIED),
  TLS_REQUIRED("a command before STARTTLS, where that is required", Consequence.DENIED),
  TLS_INJECTION("octets between STARTTLS and the first of TLS", Consequence.DENIED),
  BARE_NEWLINE("a bare CR or LF in the text of a message", Consequence.DENIED),
  UNCLEAR_ADDRESS("an address that servers may read in different ways", Consequence.DENIED),
  DENIED_PARAMETER("a parameter of an extension that is left out", Consequence.DENIED),
  DENIED_UTF8("an address with other characters than ASCII", Consequence.DENIED),
  DENIED_SENDER("a sender that the settings do not allow", Consequence.DENIED),
  DENIED_RECIPIENT("a recipient that the settings do not allow", Consequence.DENIED),
  DENIED_RELAY("a recipient of a domain that is not local", Consequence.DENIED),
  RECIPIENT_LIMIT("more recipients of a message than recipient-limit", Consequence.DENIED),
  SIZE_LIMIT("a message longer than size-limit", Consequence.DENIED),
  LONG_REPLY("a reply longer than reply-length", Consequence.LIMIT),
  PIPELINE_LIMIT("the client ended while its commands waited", Consequence.LIMIT),
  NORMALISED("a message with a bare CR or LF was mended", Consequence.EDITED),
  MASKED("a reply was replaced, or extensions were left out", Consequence.EDITED),
  EDITED("a message whose header or text was edited", Consequence.EDITED),
  BROKEN_SIGNATURE("a message with DKIM-Signature was edited", Consequence.EDITED),
  DEEP_PART(
      "parts were left as they are, because they lie deeper than part-depth",
      Consequence.LEFT_ALONE),
  LONG_FIELD("a Content-Type was longer than field-length", Consequence.LEFT_ALONE),
  ENCODED_PART("a text part was left as it is, because it is encoded", Consequence.LEFT_ALONE),
  LONG_LINE("a line longer than line-length was edited in pieces", Consequence.LEFT_ALONE),
  UNSOLICITED("a reply to no command", Consequence.LEFT_ALONE),
  TLS("TLS began, and the agent has left the connection", Consequence.LEFT_ALONE);

  private final String meaning;
  private final Consequence consequence;

  SmtpReason(String meaning, Consequence consequence) {
    this.meaning = meaning;
    this.consequence = consequence;
  }

  AgentReason reason() {
    return new AgentReason(SettingsReader.word(this), meaning, consequence);
  }

  static List<AgentReason> all() {
    return Stream.of(values()).map(SmtpReason::reason).toList();
  }
}
