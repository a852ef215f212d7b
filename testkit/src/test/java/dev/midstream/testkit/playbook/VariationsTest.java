package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;
import dev.midstream.testkit.playbook.Step.Send;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VariationsTest {
  private static final int LONG_BYTES = 1_000;

  @Test
  void haveEachCutAndSilenceAndAsManyRandomOnesAsAreWanted() {
    Send send = new Send(Direction.CLIENT_TO_SERVER, Octets.ofText("abc"));
    List<String> names = new ArrayList<>();
    new Variations(List.of(send), 7, 2).forEach(each -> names.add(each.name()));
    assertThat(names)
        .containsExactly(
            "whole, ends with octets",
            "octet by octet",
            "cut before octet 1",
            "cut before octet 2",
            "silence before octet 1",
            "silence before octet 2",
            "silence before octet 3",
            "random cuts, replay with seed(7)",
            "random cuts, replay with seed(8)",
            "whole, moved",
            "octet by octet, moved",
            "moved with random cuts, replay with seed(7)",
            "moved with random cuts, replay with seed(8)");
  }

  @Test
  void findsAStateThatIsChangedInPlaceAndThatItsCodecLoses() {
    AgentPlaybook playbook =
        new AgentPlaybook(new ChangingAgent())
            .clientSends("a")
            .clientSends("b")
            .clientSends("c")
            .serverGets("ab!");
    assertThatThrownBy(playbook::play)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("whole, moved: the server got something else at octet 2:");
  }

  /** At each arrival all that is held is shown: in steps of 8 octets that took 100 calls. */
  @Test
  void showsLongHeldOctetsInFewViews() {
    HoldingAgent agent = new HoldingAgent();
    new AgentPlaybook(agent)
        .sends(Direction.CLIENT_TO_SERVER, Octets.of(new byte[LONG_BYTES]))
        .clientEnds()
        .randomRounds(1)
        .play();
    assertThat(agent.shortest).isEqualTo(1);
    assertThat(agent.calls / agent.arrivals).isLessThan(10);
  }

  /** Whether the second octet was seen: a state that is changed in place. */
  private static final class Seen {
    private boolean isSecond;

    @Override
    public boolean equals(Object other) {
      return other instanceof Seen;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  /** Replaces the third octet if it knows that it has seen the second. */
  private static final class ChangingAgent implements Agent<Seen>, StateCodec<Seen> {
    @Override
    public Seen newConnection() {
      return new Seen();
    }

    @Override
    public Seen onOctets(Seen state, Direction direction, OctetView view, Decisions out) {
      if (view.start() == 2 && state.isSecond) {
        out.replace(view.length(), Octets.ofText("!"));
      } else {
        out.pass(view.length());
      }
      state.isSecond |= view.start() == 1;
      return state;
    }

    @Override
    public StateCodec<Seen> codec() {
      return this;
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Seen state) {
      return new byte[0];
    }

    @Override
    public Seen decode(int version, byte[] octets) {
      return new Seen();
    }
  }

  /** Holds all octets up to the end of the stream. */
  private static final class HoldingAgent implements Agent<Integer> {
    private long calls;
    private long arrivals = 1;
    private long longest;
    private long shortest = LONG_BYTES;

    @Override
    public Integer newConnection() {
      longest = 0;
      return 0;
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      calls++;
      arrivals += view.length() > longest ? 1 : 0;
      longest = Math.max(longest, view.length());
      shortest = Math.min(shortest, view.length());
      if (view.endOfStream()) {
        out.pass(view.length());
      }
      return state;
    }

    @Override
    public StateCodec<Integer> codec() {
      return StateCodec.stateless(0);
    }
  }
}
