package dev.midstream.reassembly.flow;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.CodecCall;
import dev.midstream.modcmd.call.CodecCall.Decoded;
import dev.midstream.modcmd.call.CodecCall.Encoded;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.rule.Rule;

/** The state of an agent in the octets of its connection, by the agent's own codec. */
final class AgentStateOctets {
  private AgentStateOctets() {}

  /** The state of an agent that may be called again; empty if there is none. */
  static Encoded encode(Connection connection) {
    Object state =
        connection.phase() instanceof Open open && open.needsAgent() ? open.agentState() : null;
    if (state instanceof Encoded read) {
      return read; // of a copy: see ShownPlaces
    }
    Agent<?> agent = connection.rule().agent();
    return state == null || agent == null ? Encoded.NONE : CodecCall.encode(agent, state);
  }

  static void write(Encoded state, StateWriter out) {
    out.number(state.version());
    if (state.version() != 0) {
      out.number(state.octets().length);
      out.octets(state.octets(), 0, state.octets().length);
    }
  }

  /** Writes the context that the agent was not told yet. */
  static void write(Octets context, StateWriter out) {
    out.number(context.length());
    if (context.length() > 0) {
      out.octets(context.toArray(), 0, context.length());
    }
  }

  static Octets readContext(StateReader in) {
    int length = in.count(in.remaining());
    return length == 0 ? Octets.empty() : Octets.of(in.octets(length));
  }

  static Decoded read(Rule rule, StateReader in, ConnectionPlaces places) {
    int version = in.count(Integer.MAX_VALUE);
    return version == 0
        ? Decoded.NONE
        : places.agentState(rule, version, in.octets(in.count(in.remaining())));
  }
}
