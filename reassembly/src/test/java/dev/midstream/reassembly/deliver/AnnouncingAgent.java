package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import java.util.ArrayList;
import java.util.List;

/**
 * Expects or withdraws what a digit or a letter of the client stands for, and notes the contexts
 * that it is told: 0 expects the first of its expectations, A withdraws it, 1 and B the second. It
 * replaces each x by y, so that it can be seen which connections it decides.
 */
final class AnnouncingAgent implements Agent<String> {
  private final List<Expectation> expectations;
  private final List<Octets> contexts = new ArrayList<>();

  AnnouncingAgent(Expectation... expectations) {
    this.expectations = List.of(expectations);
  }

  /** The contexts of its connections, in order. */
  List<Octets> contexts() {
    return contexts;
  }

  @Override
  public String newConnection() {
    return "";
  }

  @Override
  public String newConnection(Opening opening) {
    contexts.add(opening.context());
    return newConnection();
  }

  @Override
  public String onOctets(String state, Direction direction, OctetView view, Decisions out) {
    for (int i = 0; i < view.length(); i++) {
      int octet = view.at(i);
      if (octet >= '0' && octet <= '9') {
        out.expect(expectations.get(octet - '0'));
      } else if (octet >= 'A' && octet <= 'J') {
        out.unexpect(expectations.get(octet - 'A'));
      }
      if (octet == 'x') {
        out.replace(1, Octets.ofText("y"));
      } else {
        out.pass(1);
      }
    }
    return state;
  }

  @Override
  public StateCodec<String> codec() {
    return StateCodec.stateless("");
  }
}
