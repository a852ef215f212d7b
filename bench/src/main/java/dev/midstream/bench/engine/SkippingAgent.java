package dev.midstream.bench.engine;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;

/** An agent that passes the first octets of each span and skips the others unseen. */
final class SkippingAgent implements Agent<SkippingAgent.State> {
  private static final State STATE = new State();
  private static final int SEEN_BYTES = 64;

  private final int spanBytes;

  /** Spans of {@code spanBytes}, more than 64. */
  SkippingAgent(int spanBytes) {
    this.spanBytes = spanBytes;
  }

  @Override
  public State newConnection() {
    return STATE;
  }

  @Override
  public State onOctets(State state, Direction direction, OctetView view, Decisions out) {
    int shown = 0;
    while (view.length() - shown >= SEEN_BYTES) {
      out.pass(SEEN_BYTES);
      out.skip(spanBytes - SEEN_BYTES);
      shown += spanBytes;
    }
    return state;
  }

  @Override
  public StateCodec<State> codec() {
    return StateCodec.stateless(STATE);
  }

  /** The agent's empty state. */
  record State() {}
}
