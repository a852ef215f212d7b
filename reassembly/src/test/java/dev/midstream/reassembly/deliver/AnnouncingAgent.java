package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Expects or withdraws what a digit or a letter of the client stands for, and notes the contexts
 * that it is told: 0 expects the first of its expectations, A withdraws it, 1 and B the second; Q
 * resets the server alone. It replaces each x by y, so that it can be seen which connections it
 * decides.
 */
final class AnnouncingAgent implements Agent<String> {
  private final List<Expectation> expectations;
  private final List<Octets> contexts = new ArrayList<>();
  private boolean writes = true;

  AnnouncingAgent(Expectation... expectations) {
    this.expectations = List.of(expectations);
  }

  /** Writes no state from now on that tells of an expectation. */
  void stopWriting() {
    writes = false;
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
    String expected = state;
    for (int i = 0; i < view.length(); i++) {
      int octet = view.at(i);
      if (octet >= '0' && octet <= '9') {
        out.expect(expectations.get(octet - '0'));
        expected += octet - '0';
      } else if (octet >= 'A' && octet <= 'J') {
        out.unexpect(expectations.get(octet - 'A'));
      } else if (octet == 'Q') {
        out.abort(Direction.CLIENT_TO_SERVER, "no");
      }
      if (octet == 'x') {
        out.replace(1, Octets.ofText("y"));
      } else {
        out.pass(1);
      }
    }
    return expected;
  }

  @Override
  public StateCodec<String> codec() {
    return new StateCodec<>() {
      @Override
      public int version() {
        return 1;
      }

      @Override
      public byte[] encode(String state) {
        if (!writes && !state.isEmpty()) {
          throw new IllegalStateException("the state is not written");
        }
        return state.getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public String decode(int version, byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
      }
    };
  }
}
