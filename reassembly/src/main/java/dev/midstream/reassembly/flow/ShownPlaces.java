package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.call.CodecCall.Decoded;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.stream.Stream;

/**
 * What a copy takes from its engine that is only shown: it has no state of its agent, whose codec
 * is foreign code and not called for it.
 *
 * @param places those of the engine
 */
public record ShownPlaces(ConnectionPlaces places) implements ConnectionPlaces {
  @Override
  public AgentTerms terms(Rule rule) {
    return places.terms(rule);
  }

  @Override
  public Decoded agentState(Rule rule, int version, byte[] octets) {
    return Decoded.NONE;
  }

  @Override
  public Stream stream(int initialSequence, Rule rule, boolean isPickedUp, boolean isEdited) {
    return places.stream(initialSequence, rule, isPickedUp, isEdited);
  }

  @Override
  public void derive(Connection connection, long nowNanos) {
    places.derive(connection, nowNanos);
  }
}
