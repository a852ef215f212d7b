package dev.midstream.bench.engine;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;

/** Replaces every octet of the client, or every second one. The other octets pass. */
final class ReplacingAgent implements Agent<ReplacingAgent.State> {
  private static final State STATE = new State();

  private final int every;
  private final Octets replacement;

  private ReplacingAgent(int every, Octets replacement) {
    this.every = every;
    this.replacement = replacement;
  }

  /** Replaces each octet by 200 full segments. */
  static ReplacingAgent ofMuch() {
    return new ReplacingAgent(1, Octets.of(new byte[200 * 1_448]));
  }

  /** Replaces every second octet by another. */
  static ReplacingAgent ofEverySecond() {
    return new ReplacingAgent(2, Octets.ofText("x"));
  }

  @Override
  public State newConnection() {
    return STATE;
  }

  @Override
  public State onOctets(State state, Direction direction, OctetView view, Decisions out) {
    if (direction == Direction.SERVER_TO_CLIENT) {
      out.pass(view.length());
      return state;
    }
    for (int i = 0; i < view.length(); i++) {
      if (i % every == 0) {
        out.replace(1, replacement);
      } else {
        out.pass(1);
      }
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
