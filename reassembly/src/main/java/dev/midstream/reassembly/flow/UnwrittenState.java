package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.call.AgentFailure;

/**
 * Why a connection was not written: the codec of its agent did not write the agent's state.
 *
 * @param agent the name of the agent
 * @param failure what the codec threw or returned wrongly, and where
 */
public record UnwrittenState(String agent, AgentFailure failure) {
  /** The agent, the failure and the place in one clause. */
  public String text() {
    return "state of the agent is not written agent=" + agent + " why=" + failure.textAndPlace();
  }
}
