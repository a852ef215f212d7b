package dev.midstream.bench.scan;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Opening;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * An agent with the state of one connection, without an engine. Not thread-safe.
 *
 * @param <S> the state
 */
public final class ConnectedAgent<S> {
  private final Agent<S> agent;
  private final List<AgentReason> reasons;
  private final MemoryView view = new MemoryView();
  private final DecisionBatch batch = new DecisionBatch();
  private S state;

  private ConnectedAgent(Agent<S> agent, List<AgentReason> reasons, Opening opening) {
    this.agent = agent;
    this.reasons = reasons;
    state = agent.newConnection(opening);
  }

  /** A new connection of an agent with {@code settings}, which must be right. */
  public static ConnectedAgent<?> open(
      AgentProvider provider, SettingsNode.Mapping settings, Opening opening) {
    return new ConnectedAgent<>(agent(provider, settings), provider.reasons(), opening);
  }

  /** The agent alone. */
  public static Agent<?> agent(AgentProvider provider, SettingsNode.Mapping settings) {
    SettingsReader reader = new SettingsReader("", settings, new Problems());
    return Objects.requireNonNull(provider.create(reader));
  }

  /**
   * Shows octets to the agent.
   *
   * @return the number of decided octets; more than were shown if it skips what follows
   * @throws IllegalStateException if the agent leaves one undecided
   */
  public int decide(Direction direction, MemorySegment octets) {
    return decide(direction, octets, 0);
  }

  /**
   * The same for octets of which the agent may leave the last {@code undecided} ones undecided.
   * They are not shown again.
   *
   * @throws IllegalStateException if the agent leaves more undecided
   */
  int decide(Direction direction, MemorySegment octets, int undecided) {
    int length = (int) octets.byteSize();
    view.show(octets, 0, length, 0);
    batch.open(length, false, reasons);
    state = agent.onOctets(state, direction, view, batch);
    int decided = batch.decidedOctets();
    if (length - decided > undecided) {
      throw new IllegalStateException(
          "undecided octets, direction=" + direction + " decided=" + decided);
    }
    return decided;
  }

  /** The agent. */
  Agent<S> agent() {
    return agent;
  }

  /** The state after all that was shown. */
  S state() {
    return state;
  }

  /** One octet for each character. */
  public static MemorySegment memory(String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    MemorySegment memory = Arena.ofAuto().allocate(octets.length, Long.BYTES);
    MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
    return memory;
  }
}
