package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.call.CodecCall;
import dev.midstream.modcmd.call.CodecCall.Decoded;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.stream.Stream;

/** What a connection that is read from octets takes from its engine. */
public interface ConnectionPlaces {
  /** What applies to the connections of the agent of {@code rule}. */
  AgentTerms terms(Rule rule);

  /** The state of the agent of {@code rule}, which its codec reads. */
  default Decoded agentState(Rule rule, int version, byte[] octets) {
    return CodecCall.decode(rule.agent(), version, octets);
  }

  /** A new stream of an edited or monitored connection of {@code rule}, picked up or not. */
  Stream stream(int initialSequence, Rule rule, boolean isPickedUp, boolean isEdited);

  /** Derives what is not known of a connection of which only its essential state was read. */
  void derive(Connection connection, long nowNanos);
}
