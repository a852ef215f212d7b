package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.testkit.agent.ForwardingAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.worlds.law.WatchedPair;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection through the cluster of which the observers of worlds check each law. */
final class WatchedTransfer {
  /** Why an engine resets a connection of which the engine before it had written too little. */
  private static final Set<Reason> LOSSES =
      Set.of(
          Reason.TAKEOVER_LOST_DECISIONS,
          Reason.TAKEOVER_UNSAFE_REPLAY,
          // The end of its opening is lost, too, so that it is forgotten after a while.
          Reason.MID_STREAM);

  private final WatchedPair pair;
  private final List<PacketObserver> observers = new ArrayList<>();
  private final List<Decided> history = new ArrayList<>();
  private boolean opened;

  /** Whether the cluster lost the connection, so that nothing more is known of it. */
  boolean isLost;

  /** The node with which it stays, which does not own its bucket; null if it does not. */
  @Nullable NodeId stays;

  /** Whether it has stayed with one. */
  boolean hasStayed;

  /** How far the agent had decided both directions after one of its calls. */
  private record Decided(long toServer, long toClient, Runnable memento) {
    boolean is(Connection connection) {
      return toServer == decided(connection, Direction.CLIENT_TO_SERVER)
          && toClient == decided(connection, Direction.SERVER_TO_CLIENT);
    }

    private static long decided(Connection connection, Direction direction) {
      var stream = connection.streamOrNull(direction);
      return stream == null ? 0 : stream.decided();
    }
  }

  WatchedTransfer(SimulatedWorld world) {
    // What is kept is compared with what is owed where the owner is known.
    pair = new WatchedPair(world, /* intruded= */ false, () -> Long.MAX_VALUE / 2);
    pair.observe(observers::add, /* echoes= */ true);
    note();
  }

  private void note() {
    history.add(
        new Decided(
            pair.decided(Direction.CLIENT_TO_SERVER),
            pair.decided(Direction.SERVER_TO_CLIENT),
            pair.memento()));
  }

  Ends ends() {
    return pair.world().ends();
  }

  WatchedPair pair() {
    return pair;
  }

  /** Its agent, which no other connection has. */
  Agent<String> agent() {
    return new NotedAgent(pair.agent());
  }

  void open(SimulatedNetwork network) {
    opened = true;
    network.route(ends(), pair.world().path().pathFrom(network.nowNanos()), pair.world().seed());
    pair.open(network, network.nowNanos());
  }

  boolean isOpened() {
    return opened;
  }

  boolean isDone() {
    return opened && pair.talk().isDone();
  }

  /** Whether it stays with a node, as {@code table} has it. */
  boolean staysIn(@Nullable AllocationTable table) {
    return stays != null && table != null && stays.equals(table.stayer());
  }

  /** Shows something to the observers, unless the cluster has lost the connection. */
  void show(Consumer<PacketObserver> event) {
    if (!isLost) {
      observers.forEach(event);
    }
  }

  /** Another engine goes on with all of it. */
  void movedAs(@Nullable Connection copy) {
    if (copy != null && copy.hasStreams()) {
      Decided last = history.getLast();
      assertThat(last.is(copy))
          .as(() -> "what is handed over: " + last + " " + copy.name())
          .isTrue();
    }
    pair.noteSynLost();
    pair.handedOver();
  }

  /**
   * The engine dies, and another one goes on with {@code copy}.
   *
   * @param connection what the engine knew; null if nothing
   */
  void takenOverAs(Connection copy, @Nullable Connection connection, long nowNanos) {
    goBackTo(copy);
    pair.dies(connection, copy, nowNanos);
    pair.noteSynLost();
  }

  /** The engine dies, and no other one knows the connection. */
  void forgotten(@Nullable Connection connection, long nowNanos) {
    if (connection == null) {
      pair.losesOpening();
    } else {
      if (connection.hasStreams()) {
        history.getFirst().memento().run();
        history.subList(1, history.size()).clear();
      }
      pair.loses(connection, nowNanos);
    }
    pair.noteSynLost();
  }

  /** Back to what the records say was decided; both streams are over if they say nothing. */
  private void goBackTo(Connection copy) {
    if (!copy.hasStreams()) {
      return;
    }
    int last = history.size() - 1;
    while (last >= 0 && !history.get(last).is(copy)) {
      last--;
    }
    if (last < 0) {
      throw new AssertionError("decisions that no agent made: " + copy.name());
    }
    history.get(last).memento().run();
    history.subList(last + 1, history.size()).clear();
  }

  /** Checks streams, ends and counters. */
  void check(Set<Reason> reported) {
    pair.checkEnd(/* cutShort= */ false, reason -> reported.contains(reason) ? 1 : 0);
  }

  /** Whether it has not arrived whole, which must be reported. */
  boolean isBroken(Set<Reason> reported) {
    boolean isWhole =
        pair.talk().client().ending() == Ending.CLOSED
            && pair.talk().server().ending() == Ending.CLOSED;
    if (!isWhole) {
      assertThat(reported).as(() -> "losses of\n" + pair.talk()).containsAnyElementsOf(LOSSES);
    }
    return !isWhole;
  }

  /** The agent, which notes how far it has decided. */
  private final class NotedAgent extends ForwardingAgent<String> {
    NotedAgent(Agent<String> agent) {
      super(agent);
    }

    @Override
    public String onOctets(String state, Direction direction, OctetView view, Decisions out) {
      try {
        return super.onOctets(state, direction, view, out);
      } finally {
        note();
      }
    }
  }
}
