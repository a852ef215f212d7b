package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.call.CodecCall.Decoded;
import dev.midstream.modcmd.call.CodecCall.Encoded;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.stream.Stream;

/**
 * What a copy takes from its engine that is only shown, or written for another one: the state of
 * its agent stays octets, because its codec is foreign code and not called for it.
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
    return new Decoded(new Encoded(version, octets, null), null);
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
