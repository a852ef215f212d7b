package dev.midstream.agents.substitute;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.AnswerKind;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.MemorySegment;

/** Calls an agent by hand, for the client's octets of one connection. */
final class Calls {
  private final SubstituteAgent agent;
  private final DecisionBatch batch = new DecisionBatch();
  private SubstituteState state;

  Calls(SubstituteAgent agent) {
    this(agent, agent.newConnection());
  }

  Calls(SubstituteAgent agent, SubstituteState state) {
    this.agent = agent;
    this.state = state;
  }

  /** Shows {@code text}; returns the number of octets that were decided. */
  int decided(String text) {
    Octets octets = Octets.ofLatin1(text);
    MemoryView view =
        new MemoryView().show(MemorySegment.ofArray(octets.toArray()), 0, octets.length(), 0);
    batch.open(octets.length(), false);
    state = agent.onOctets(state, Direction.CLIENT_TO_SERVER, view, batch);
    return batch.decidedOctets();
  }

  /** Whether the last call made the rest opaque. */
  boolean isOpaque() {
    return batch.size() > 0 && batch.kind(batch.size() - 1) == AnswerKind.SKIP_REST;
  }

  SubstituteState state() {
    return state;
  }
}
