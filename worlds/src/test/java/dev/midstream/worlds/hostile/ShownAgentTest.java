package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.WorldText;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a receiver may get of octets that were shown, lost with an engine, and shown again. */
class ShownAgentTest {
  private static final Direction DIRECTION = Direction.CLIENT_TO_SERVER;

  /** Reverses each line. */
  private static final AgentPlan PLAN =
      WorldText.read("agent.unit=LINE agent.change=SAME_LENGTH agent.every=1 agent.limitBytes=50")
          .agent();

  private final ShownAgent agent = agent();

  @Test
  @DisplayName("law 1: octets that were lost before they left are not part of a unit at the end")
  void endsWhereTheStreamEndsAtLast() {
    show(agent, "one\ntwo three\n", false);
    agent.noteDied(DIRECTION, 0, 0);
    show(agent, "one\ntwo", true);
    ShownAgent other = agent();
    show(other, "one\ntwo", true);
    assertThat(agent.edited(DIRECTION, false)).isEqualTo(other.edited(DIRECTION, false));
    assertThat(agent.shown(DIRECTION)).asString().isEqualTo("one\ntwo three\n");
    agent.check();
  }

  @Test
  @DisplayName("law 1: octets that left stay expected if no engine knows the connection any more")
  void keepsWhatLeft() {
    show(agent, "one\ntwo", true);
    byte[] edited = agent.edited(DIRECTION, false);
    agent.noteDied(DIRECTION, 0, 0);
    assertThat(agent.edited(DIRECTION, false)).isEqualTo(edited).hasSize(7);
  }

  private static ShownAgent agent() {
    return new ShownAgent(PLAN, Ends.IPV4.sender(Direction.SERVER_TO_CLIENT));
  }

  private static void show(ShownAgent agent, String text, boolean ends) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    MemoryView view = new MemoryView();
    view.show(MemorySegment.ofArray(octets), 0, octets.length, 0).mark(ends, false);
    DecisionBatch batch = new DecisionBatch();
    batch.open(octets.length, ends);
    agent.onOctets(agent.newConnection(), DIRECTION, view, batch);
  }
}
