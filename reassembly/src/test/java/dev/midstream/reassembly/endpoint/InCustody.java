package dev.midstream.reassembly.endpoint;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;

/** Engines and scripts with octets in custody. */
final class InCustody {
  /** Four octets are in custody and undecided. */
  static final String HELD =
      """
      c> . 1:5(4) ack 1 "QUIT"
      at 0.100s
      >c . 1:1(0) ack 5
      """;

  /** Four octets in custody have left, with two octets that the sender still owns. */
  static final String OWNED =
      HELD
          + """
          c> . 5:7(2) ack 1 "\\r\\n"
          >s . 1:7(6) ack 1 "QUIT\\r\\n"
          """;

  private InCustody() {}

  /** Plays {@code script} after {@link #HELD}, with an agent that holds each line. */
  static Engine held(String script) {
    return TestEngine.inline(LineAgents.passing()).open(HELD + script);
  }

  /** Plays {@code script} after {@link #OWNED}, with an agent that holds each line. */
  static Engine owned(String script) {
    return TestEngine.inline(LineAgents.passing()).open(OWNED + script);
  }

  /** An engine that answers the line "STAT" with {@code answer} and deletes it. */
  static TestEngine denying(String answer) {
    return TestEngine.inline(LineAgents.denying("STAT", answer));
  }

  /** Expects {@code segment} at each of {@code times}. */
  static String sentAt(String segment, String... times) {
    StringBuilder script = new StringBuilder();
    for (String time : times) {
      script.append("at %s\n%s\n".formatted(time, segment));
    }
    return script.toString();
  }
}
