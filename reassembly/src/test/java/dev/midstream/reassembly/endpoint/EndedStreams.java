package dev.midstream.reassembly.endpoint;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.TestEngine;

/** Scripts that begin when an agent has just ended a direction, or reset an end. */
final class EndedStreams {
  /** The client's X passes, and "no" and the FIN of the engine leave to the client. */
  static final String DENIED =
      """
      c> P. 1:2(1) ack 1 "X"
      >s same
      >c FP. 1:3(2) ack 1 "no"
      """;

  /** The client's stream leaves as far as its X, and with the FIN of the engine. */
  static final String CUT =
      """
      c> P. 1:4(3) ack 1 "abX"
      >s FP. 1:4(3) ack 1 "abX"
      """;

  /** The client's X does not leave; the client gets "no" and the FIN, the server a RST. */
  static final String ABORTED =
      """
      c> P. 1:2(1) ack 1 "X"
      >c FP. 1:3(2) ack 2 "no"
      >s R. 1:1(0) ack 1
      """;

  private EndedStreams() {}

  /** Plays {@code script} after {@link #DENIED}, with {@link FinishingAgents#denying}. */
  static Engine denied(String script) {
    return TestEngine.inline(FinishingAgents.denying()).open(DENIED + script);
  }

  /** Plays {@code script} after {@link #CUT}, with {@link FinishingAgents#cutting}. */
  static Engine cut(String script) {
    return TestEngine.inline(FinishingAgents.cutting()).open(CUT + script);
  }

  /** Plays {@code script} after {@link #ABORTED}, with {@link FinishingAgents#aborting}. */
  static Engine aborted(String script) {
    return TestEngine.inline(FinishingAgents.aborting()).open(ABORTED + script);
  }
}
