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

/** An agent with the state of one connection, without an engine. Not thread-safe. */
public final class ConnectedAgent {
  /** One call with the state. */
  private static final class Connection<S> {
    private final Agent<S> agent;
    private S state;

    Connection(Agent<S> agent, Opening opening) {
      this.agent = agent;
      state = agent.newConnection(opening);
    }

    void show(Direction direction, MemoryView view, DecisionBatch batch) {
      state = agent.onOctets(state, direction, view, batch);
    }
  }

  private final List<AgentReason> reasons;
  private final Connection<?> connection;
  private final MemoryView view = new MemoryView();
  private final DecisionBatch batch = new DecisionBatch();

  private ConnectedAgent(AgentProvider provider, Connection<?> connection) {
    reasons = provider.reasons();
    this.connection = connection;
  }

  /** A new connection of an agent with {@code settings}, which must be right. */
  public static ConnectedAgent open(
      AgentProvider provider, SettingsNode.Mapping settings, Opening opening) {
    return new ConnectedAgent(provider, new Connection<>(agent(provider, settings), opening));
  }

  /** The agent alone. */
  public static Agent<?> agent(AgentProvider provider, SettingsNode.Mapping settings) {
    SettingsReader reader = new SettingsReader("", settings, new Problems());
    return Objects.requireNonNull(provider.create(reader));
  }

  /**
   * Shows octets to the agent.
   *
   * @return the number of octets
   * @throws IllegalStateException if the agent leaves one undecided
   */
  public int decide(Direction direction, MemorySegment octets) {
    int length = (int) octets.byteSize();
    view.show(octets, 0, length, 0);
    batch.open(length, false, reasons);
    connection.show(direction, view, batch);
    if (batch.decidedOctets() < length) {
      throw new IllegalStateException("undecided octets, direction=" + direction);
    }
    return length;
  }

  /** One octet for each character. */
  public static MemorySegment memory(String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    MemorySegment memory = Arena.ofAuto().allocate(octets.length, Long.BYTES);
    MemorySegment.copy(octets, 0, memory, ValueLayout.JAVA_BYTE, 0, octets.length);
    return memory;
  }
}
