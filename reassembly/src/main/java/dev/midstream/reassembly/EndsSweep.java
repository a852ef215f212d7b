package dev.midstream.reassembly;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.RecordIndex;
import dev.midstream.reassembly.park.ParkedConnections;
import dev.midstream.reassembly.rule.HashSeed;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Shows the ends of the connections of an engine that {@link NamedConnections} has, in steps with
 * other work in between. The engine may park and forget connections between steps, and must not be
 * called otherwise. One that is parked then may be shown twice.
 */
public final class EndsSweep {
  /** Slots that are looked at in place of a connection. */
  private static final int SLOTS_EACH = 8;

  private static final KeyedHash ANY_HASH = new KeyedHash(new HashSeed(0, 0));

  private final ConnectionRegistry registry;
  private long flowPlace;
  private long halfOpenPlace;
  private long parkedPlace;

  /** Those that are not read yet and are not shown yet; null before the first one is. */
  private @Nullable Deque<Octets> waiting;

  /** Sees connections. */
  public interface Visitor {
    /**
     * Sees the connection of {@code key}, which is valid during the call.
     *
     * @param isOpening whether it is half-open, or is not read yet
     */
    void visit(ConnectionKey key, boolean isOpening);
  }

  EndsSweep(ConnectionRegistry registry) {
    this.registry = registry;
  }

  /** Whether all connections were shown. */
  public boolean isOver() {
    return parkedPlace == ParkedConnections.END && waiting != null && waiting.isEmpty();
  }

  /**
   * Shows about {@code most} connections, or all that are left.
   *
   * @return how many they were, with what it took to find them
   */
  public int step(int most, Visitor visitor) {
    int done = 0;
    while (done < most && !isOver()) {
      done += Math.max(1, visit(visitor));
    }
    return done;
  }

  /** Shows the next few; returns how many. */
  private int visit(Visitor visitor) {
    if (flowPlace < RecordIndex.END) {
      return visitFlows(visitor);
    }
    int[] count = {0};
    if (halfOpenPlace < RecordIndex.END) {
      halfOpenPlace =
          registry.halfOpen.visitRecorded(
              halfOpenPlace,
              key -> {
                count[0]++;
                visitor.visit(key, true);
              });
    } else if (parkedPlace < ParkedConnections.END) {
      parkedPlace =
          registry.parked.visit(
              parkedPlace,
              record -> {
                count[0]++;
                visitor.visit(registry.parked.key(record), false);
              });
    } else {
      visitWaiting(visitor);
    }
    return count[0];
  }

  private int visitFlows(Visitor visitor) {
    int[] count = {0};
    for (int i = 0; i < SLOTS_EACH && count[0] == 0 && flowPlace < RecordIndex.END; i++) {
      flowPlace =
          registry.flows.visitInOrder(
              flowPlace,
              each -> {
                count[0]++;
                visitor.visit(each.key(), false);
              });
    }
    return count[0];
  }

  private void visitWaiting(Visitor visitor) {
    Deque<Octets> left = waiting;
    if (left == null) {
      left = new ArrayDeque<>(registry.waiting.ends());
      waiting = left;
    }
    Octets next = left.poll();
    if (next != null) {
      byte[] ends = next.toArray();
      visitor.visit(
          new ConnectionKey().read(new StateReader(ends, 0, ends.length), ANY_HASH), true);
    }
  }
}
