package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.worlds.law.WatchedPair;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.UnitEditor;
import dev.midstream.worlds.plan.WholeStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final List<AgentMoment> history = new ArrayList<>();
  private final NotedAgent agent;
  private final AgentMoment.@Nullable Replies replies;
  private boolean opened;

  /** Whether the cluster lost the connection, so that nothing more is known of it. */
  boolean isLost;

  /** The node with which it stays, which does not own its bucket; null if it does not. */
  @Nullable NodeId stays;

  /** The epoch of the owner that went on with it when the node was gone with which it stayed. */
  long goneOnWith = Epoch.NONE;

  /** The nodes that had a replica of it when the node died with which it stayed; null before. */
  @Nullable Set<NodeId> holders;

  /** By which table each node has handed its bucket over last. */
  private final Map<NodeId, AllocationTable> handedOver = new HashMap<>();

  /** Whether it has stayed with one. */
  boolean hasStayed;

  WatchedTransfer(SimulatedWorld world) {
    // What is kept is compared with what is owed where the owner is known.
    pair = new WatchedPair(world, /* intruded= */ false, () -> Long.MAX_VALUE / 2);
    pair.observe(observers::add, /* echoes= */ true);
    agent = new NotedAgent(pair.agent(), this::note);
    replies = world.agent().replyEvery() > 0 ? replies(world) : null;
    note();
  }

  private static AgentMoment.Replies replies(SimulatedWorld world) {
    Map<Direction, WholeStream> whole = new EnumMap<>(Direction.class);
    for (Direction each : Direction.BOTH) {
      whole.put(each, WholeStream.of(new UnitEditor(world.agent()), world.stream(each)));
    }
    return (direction, decided) ->
        Objects.requireNonNull(whole.get(direction)).newOffsetOf(decided);
  }

  private void note() {
    history.add(new AgentMoment(pair, replies, agent));
  }

  Ends ends() {
    return pair.world().ends();
  }

  WatchedPair pair() {
    return pair;
  }

  /** Its agent, which no other connection has. */
  Agent<String> agent() {
    return agent;
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

  /** Whether it stays with a node, as {@code table} has it of its bucket. */
  boolean staysIn(@Nullable AllocationTable table, int bucket) {
    return stays != null && table != null && stays.equals(table.stayer(bucket));
  }

  /**
   * A node has its bucket anew, so that it waits for another replica while the table names both.
   */
  void dropHolder(NodeId node) {
    if (holders != null) {
      boolean _ = holders.remove(node);
    }
  }

  /** A node obeys a table. */
  void noteObeyed(NodeId node, AllocationTable table, int bucket) {
    if (node.equals(table.bucket(bucket).from())) {
      handedOver.put(node, table);
    }
  }

  /**
   * Whether {@code node}, which has handed its bucket over, may have missed that the taker has had
   * it before it died.
   */
  boolean mayHaveMissed(NodeId node, AllocationTable table, int bucket) {
    AllocationTable last = handedOver.get(node);
    NodeId taker = last == null ? null : last.bucket(bucket).owner();
    return last != null
        && taker != null
        && !table.isMember(taker)
        && !table.version().equals(last.version().next());
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
      AgentMoment last = history.getLast();
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
        agent.goBackTo(history.getFirst());
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
    int last = AgentMoment.lastOf(history, copy);
    if (last < 0) {
      throw new AssertionError("decisions that no agent made: " + copy.name());
    }
    history.get(last).memento().run();
    history.subList(last + 1, history.size()).clear();
    agent.goBackTo(history.get(last));
  }

  /** Checks streams, ends and counters. */
  void check(Set<Reason> reported) {
    pair.checkEnd(/* cutShort= */ false, reason -> reported.contains(reason) ? 1 : 0);
  }

  /** Checks what has arrived of a connection that the cluster has lost: it is edited. */
  void checkLost() {
    SimulatedWorld world = pair.world();
    if (world.agent().replyEvery() > 0 || world.agent().end() != AgentPlan.End.NEVER) {
      return; // what is right depends on when it was lost
    }
    for (Direction each : Direction.BOTH) {
      UnitEditor editor = new UnitEditor(world.agent());
      byte[] whole = WholeStream.of(editor, world.stream(each)).edited();
      byte[] got = pair.talk().receiver(each).received();
      int common = Math.min(whole.length, got.length);
      int at = Arrays.mismatch(whole, 0, common, got, 0, common);
      assertThat(at).as(() -> "a wrong octet arrived: " + each + "\n" + pair.talk()).isNegative();
      assertThat(got.length).as(() -> "" + pair.talk()).isLessThanOrEqualTo(whole.length);
    }
  }

  /** Whether both ends have closed it in order. */
  boolean isClosed() {
    return pair.talk().client().ending() == Ending.CLOSED
        && pair.talk().server().ending() == Ending.CLOSED;
  }

  /** Whether its agent has reset it. */
  boolean isReset() {
    return agent.hasReset();
  }

  /** It has not arrived whole, because an engine had written too little: that must be reported. */
  void requireReported(Set<Reason> reported) {
    assertThat(reported).as(() -> "losses of\n" + pair.talk()).containsAnyElementsOf(LOSSES);
  }
}
