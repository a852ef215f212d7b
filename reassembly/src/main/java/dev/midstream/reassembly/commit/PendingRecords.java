package dev.midstream.reassembly.commit;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.RecordedObject;
import dev.midstream.reassembly.stream.CommitLimit;
import dev.midstream.reassembly.stream.DecisionMark;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.StreamStep;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records that are appended and not committed, in order, and what they hold. They keep no
 * connection that was removed.
 */
final class PendingRecords {
  /** One record; used again when it is committed. */
  static final class Entry {
    private final DecisionMark clientToServer = new DecisionMark();
    private final DecisionMark serverToClient = new DecisionMark();
    private long number;
    private @Nullable RecordedObject object;

    long number() {
      return number;
    }

    /** The connection; null if it was removed. */
    @Nullable Connection connection() {
      return object == null ? null : object.connection();
    }

    /** The same if it is in the same phase still. */
    @Nullable Connection inSamePhase() {
      return object == null ? null : object.inSamePhase();
    }

    /**
     * Notes in the connection what is committed now; returns whether something may have waited for
     * it.
     */
    boolean commit(Connection connection) {
      boolean ofClient = commit(connection.stream(Direction.CLIENT_TO_SERVER), clientToServer);
      boolean ofServer = commit(connection.stream(Direction.SERVER_TO_CLIENT), serverToClient);
      return ofClient || ofServer;
    }

    private static boolean commit(Stream stream, DecisionMark mark) {
      boolean isAwaited = stream.edits().commit().noteCommitted(mark);
      return isAwaited || stream.sender().pendingAcks().entries() > 0;
    }

    private static CommitLimit limit(Connection connection, Direction direction) {
      return connection.stream(direction).edits().commit();
    }

    private void lowerCustody(Connection connection) {
      clientToServer.lowerCustody(limit(connection, Direction.CLIENT_TO_SERVER).custodyWanted());
      serverToClient.lowerCustody(limit(connection, Direction.SERVER_TO_CLIENT).custodyWanted());
    }

    private void set(Connection connection, RecordedObject recorded) {
      object = recorded;
      clientToServer.set(limit(connection, Direction.CLIENT_TO_SERVER).written());
      serverToClient.set(limit(connection, Direction.SERVER_TO_CLIENT).written());
    }
  }

  /** Places that stay for later records when there are none, with what was in them. */
  private static final int KEPT = 1_024;

  /** There are at most so many times as many places as records, if there are more than are kept. */
  private static final int MOST_PLACES = 4;

  /** What a record takes at most, with its places and what it refers to alone. */
  private static final int RECORD_BYTES = 256;

  private final ConnectionHeap heap;
  private @Nullable Entry[] entries = new Entry[1];
  private int first;
  private int count;

  /** Charges what is kept to {@code heap}. */
  PendingRecords(ConnectionHeap heap) {
    this.heap = heap;
  }

  /** What is charged for all records. */
  long bytes() {
    return (long) count * RECORD_BYTES;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The oldest record; there must be one. */
  Entry first() {
    return entry(0);
  }

  /** Adds a record of {@code connection}, which was just written, and is {@code object}. */
  void add(long number, Connection connection, RecordedObject object) {
    if (count == entries.length) {
      resize(2 * entries.length);
    }
    int place = (first + count++) & (entries.length - 1);
    Entry entry = entries[place];
    if (entry == null) {
      entry = new Entry();
      entries[place] = entry;
    }
    entry.number = number;
    entry.set(connection, object);
    heap.chargeWaiting(RECORD_BYTES);
  }

  /**
   * Removes the records up to {@code number}, and shows the connections for which something may
   * have waited to {@code awaited}.
   */
  void commit(long number, Consumer<Connection> awaited) {
    while (count > 0 && first().number <= number) {
      Connection connection = first().inSamePhase();
      if (connection != null && first().commit(connection)) {
        awaited.accept(connection);
      }
      removeFirst();
    }
  }

  /**
   * Lets {@code connection} take the place of the object that it had when the record of this number
   * was written; returns whether that is not committed.
   */
  boolean replace(long number, Connection connection, RecordedObject object) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entry(middle).number < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    boolean isKnown = low < count && entry(low).number == number;
    if (isKnown) {
      entry(low).set(connection, object);
    }
    return isKnown;
  }

  private Entry entry(int index) {
    return Objects.requireNonNull(entries[(first + index) & (entries.length - 1)]);
  }

  /** Shows the connection of each record, the oldest first; one may be shown again. */
  void forEach(Consumer<Connection> observer) {
    for (int i = 0; i < count; i++) {
      Connection connection = entry(i).connection();
      if (connection != null) {
        observer.accept(connection);
      }
    }
  }

  /**
   * Looks for octets of {@code connection} that its last record holds and that were thrown away
   * since; none of its records that are not committed counts for their custody then.
   *
   * @return whether there are such octets
   */
  boolean lowerCustody(Connection connection) {
    boolean isLowered = false;
    if (connection.phase() instanceof Open open && open.isRecorded()) {
      for (Direction direction : Direction.BOTH) {
        isLowered |= StreamStep.lowerCustody(connection.stream(direction));
      }
    }
    if (isLowered) {
      lowerPending(connection);
    }
    return isLowered;
  }

  private void lowerPending(Connection connection) {
    for (int i = 0; i < count; i++) {
      Entry entry = entry(i);
      if (entry.inSamePhase() == connection) {
        entry.lowerCustody(connection);
      }
    }
  }

  /** Forgets all records. */
  void clear() {
    while (count > 0) {
      removeFirst();
    }
  }

  /** Removes the oldest record. */
  void removeFirst() {
    first().object = null;
    if (entries.length > KEPT) {
      entries[first] = null;
    }
    first = (first + 1) & (entries.length - 1);
    count--;
    heap.chargeWaiting(-RECORD_BYTES);
    if (entries.length > KEPT && count <= entries.length / MOST_PLACES) {
      resize(count == 0 ? 1 : Math.max(2 * KEPT, entries.length / 2));
    }
  }

  /** Records for which there is room. */
  int capacity() {
    return entries.length;
  }

  private void resize(int places) {
    if (places != entries.length) {
      @Nullable Entry[] other = new Entry[places];
      for (int i = 0; i < count; i++) {
        other[i] = entry(i);
      }
      entries = other;
      first = 0;
    }
  }
}
