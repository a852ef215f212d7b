package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionQueue;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.Deadlines;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what agents make for receivers that acknowledge nothing within the memory (H-38). What a
 * call will make is not known before it, so many calls can exceed the memory together. Then others
 * are reset: those that have kept octets for longest without progress.
 */
public final class MemoryRelief {
  /** Of so many connections without progress for longest, the one is reset that keeps most. */
  private static final int MAX_LOOKS = 16;

  /** Progress is an acknowledgement of this part of what is kept. */
  private static final int PROGRESS_PART = 16;

  private final MemoryBudget budget;
  private final long excessBytes;
  private final CurrentConnection current;
  private final Deadlines deadlines;
  private final ResetSender resets;
  private final ConnectionRouter router;

  /** Connections that keep octets; one that was seen to make progress goes behind the others. */
  private final ConnectionQueue keeping = new ConnectionQueue(ConnectionQueue.Kind.KEEPING);

  public MemoryRelief(
      EngineLimits limits,
      MemoryBudget budget,
      CurrentConnection current,
      Deadlines deadlines,
      ResetSender resets,
      ConnectionRouter router) {
    excessBytes = limits.excessBytes();
    this.budget = budget;
    this.current = current;
    this.deadlines = deadlines;
    this.resets = resets;
    this.router = router;
    budget.observeExcess(this::hasten);
  }

  /**
   * Notes under memory pressure whether {@code connection} keeps octets. A direction that keeps
   * octets has a timer, so none stays unknown for long.
   */
  void note(Connection connection) {
    if (keptBytes(connection) > 0) {
      keeping.join(connection);
    } else {
      keeping.leave(connection);
    }
  }

  /**
   * Resets connections, but not the current one, while too much is kept for all, and this engine
   * keeps more than its part.
   */
  void relieve(long nowNanos, long timeNanos, PacketOutput output) {
    while (budget.isExceededBy(excessBytes) && budget.isOverPart(nowNanos)) {
      Connection largest = largestWithoutProgress();
      if (largest == null) {
        return;
      }
      keeping.leave(largest);
      reset(largest, timeNanos, output);
      // It may not be the connection that the engine works on: its timer settles the rest.
      deadlines.bringForward(largest, nowNanos);
    }
  }

  /** Another engine finds that too much is kept, and this one keeps most: it is called at once. */
  private void hasten(long nowNanos) {
    Connection first = keeping.first();
    if (first != null) {
      deadlines.bringForward(first, nowNanos);
      router.noteChanged();
    }
  }

  /** Removes a connection that is over. */
  public void leave(Connection connection) {
    keeping.leave(connection);
  }

  /** Forgets all connections, none of which may be used any more. */
  public void clear() {
    keeping.clear();
  }

  private @Nullable Connection largestWithoutProgress() {
    Connection largest = null;
    Connection next = keeping.first();
    int looks = 0;
    while (looks < MAX_LOOKS && next != null) {
      Connection looked = next;
      next = keeping.after(looked);
      if (keptBytes(looked) == 0) {
        keeping.leave(looked);
      } else if (takeProgress(looked)) {
        keeping.leave(looked);
        keeping.join(looked);
        next = next == null ? looked : next;
      } else if (looked != current.connection()) {
        looks++;
        largest = largest == null || keptBytes(looked) > keptBytes(largest) ? looked : largest;
      }
    }
    return largest;
  }

  /** Whether the direction that keeps most made progress since it last did. */
  private static boolean takeProgress(Connection connection) {
    Stream client = connection.stream(Direction.CLIENT_TO_SERVER);
    Stream server = connection.stream(Direction.SERVER_TO_CLIENT);
    Stream larger = keptBytes(server) > keptBytes(client) ? server : client;
    return larger.receiver().retransmit().takeProgress(keptBytes(larger) / PROGRESS_PART);
  }

  private void reset(Connection connection, long timeNanos, PacketOutput output) {
    Connection present = current.connection();
    current.set(connection);
    String text =
        "memory is exceeded, and nothing was acknowledged keptBytes=" + keptBytes(connection);
    resets.reset(connection, Reason.TOTAL_LIMIT, text, timeNanos, output);
    current.set(present);
  }

  private static long keptBytes(Connection connection) {
    return connection.hasStreams()
        ? keptBytes(connection.stream(Direction.CLIENT_TO_SERVER))
            + keptBytes(connection.stream(Direction.SERVER_TO_CLIENT))
        : 0;
  }

  private static long keptBytes(Stream stream) {
    return stream.sender().account().keptBytes();
  }
}
