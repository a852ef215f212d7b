package dev.midstream.agents.http;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.agent.settings.SettingsReader;
import java.util.List;
import java.util.stream.Stream;

/** What the agent counts. */
enum HttpReason {
  MALFORMED_REQUEST("a request that servers may read in different ways", Consequence.DENIED),
  MALFORMED_RESPONSE("a response that clients may read in different ways", Consequence.DENIED),
  UNSOLICITED_RESPONSE("a response to no request", Consequence.DENIED),
  DENIED_UPGRADE("a protocol that upgrades does not name", Consequence.DENIED),
  DENIED_CONNECT("CONNECT, which connect does not allow", Consequence.DENIED),
  DENIED_REQUEST("a request that the settings do not allow", Consequence.DENIED),
  UNCLEAR_PATH("a path that servers may resolve in different ways", Consequence.DENIED),
  REDIRECTED("a request that the settings redirect", Consequence.DENIED),
  EARLY_ANSWER("a final response before 100 Continue ends the connection", Consequence.DENIED),
  HEAD_LIMIT("a head longer than head-bytes", Consequence.LIMIT),
  FIELD_LIMIT("more header fields than header-fields", Consequence.LIMIT),
  CHUNK_LIMIT(
      "chunk lines longer than chunk-line-bytes, or extensions beyond chunk-extension-bytes",
      Consequence.LIMIT),
  TRAILER_LIMIT("trailers longer than trailer-bytes", Consequence.LIMIT),
  INFORMATIONAL_LIMIT("more than informational-responses to one request", Consequence.LIMIT),
  PIPELINE_LIMIT("the client ended while its requests waited", Consequence.LIMIT),
  DROP_LIMIT("a denied body longer than drop-bytes ends the connection", Consequence.LIMIT),
  EMPTY_LINE("an empty line before a request was deleted", Consequence.EDITED),
  EDITED_FIELD("fields of a head were deleted, set or added", Consequence.EDITED),
  REWRITTEN_URL("a URL in a head was rewritten", Consequence.EDITED),
  EDITED_BODY("texts in a body, or in a block of it, were replaced", Consequence.EDITED),
  REMOVED_UPGRADE("a protocol that upgrades does not name was not asked for", Consequence.EDITED),
  TIMED_OUT("408 to no request passed, and ended the connection", Consequence.LEFT_ALONE),
  BODY_LEFT("a body of a type to edit passed, because it cannot be edited", Consequence.LEFT_ALONE),
  TUNNEL("another protocol or a tunnel began, and the agent left", Consequence.LEFT_ALONE);

  private final String meaning;
  private final Consequence consequence;

  HttpReason(String meaning, Consequence consequence) {
    this.meaning = meaning;
    this.consequence = consequence;
  }

  AgentReason reason() {
    return new AgentReason(SettingsReader.word(this), meaning, consequence);
  }

  static List<AgentReason> all() {
    return Stream.of(values()).map(HttpReason::reason).toList();
  }
}
