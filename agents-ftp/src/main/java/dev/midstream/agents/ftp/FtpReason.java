package dev.midstream.agents.ftp;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;
import java.util.stream.Stream;

/** What the agent counts. */
enum FtpReason {
  DENIED_COMMAND("a command that the settings do not allow", Consequence.DENIED),
  MALFORMED_COMMAND("a line that servers may read in different ways", Consequence.DENIED),
  LONG_COMMAND("a command longer than command-length", Consequence.DENIED),
  DENIED_PATH("a path that the settings do not allow, or that is not clear", Consequence.DENIED),
  DENIED_USER("a user whom the settings do not allow", Consequence.DENIED),
  DENIED_ADDRESS("a data connection to a foreign address", Consequence.DENIED),
  DENIED_PORT("a data connection to a port that is not allowed", Consequence.DENIED),
  DENIED_TLS("TLS, or another mechanism of AUTH", Consequence.DENIED),
  UNCLEAR_REPLY("a reply to PASV or EPSV whose address is not clear", Consequence.DENIED),
  LONG_REPLY("a line of a reply longer than reply-length", Consequence.LIMIT),
  PIPELINE_LIMIT("the client ended while its commands waited", Consequence.LIMIT),
  LONG_PATH("a directory, path or user longer than path-length is not known", Consequence.LIMIT),
  ADDRESS("an address in a command or reply was rewritten", Consequence.EDITED),
  MASKED("a reply was replaced, or features were left out", Consequence.EDITED),
  UNSOLICITED("a reply to no command", Consequence.LEFT_ALONE),
  TLS("TLS began, and the agent has left the connection", Consequence.LEFT_ALONE);

  private final String meaning;
  private final Consequence consequence;

  FtpReason(String meaning, Consequence consequence) {
    this.meaning = meaning;
    this.consequence = consequence;
  }

  AgentReason reason() {
    return new AgentReason(SettingsReader.word(this), meaning, consequence);
  }

  static List<AgentReason> all() {
    return Stream.of(values()).map(FtpReason::reason).toList();
  }
}
