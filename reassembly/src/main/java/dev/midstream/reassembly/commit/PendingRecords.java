package dev.midstream.reassembly.commit;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.RecordedObject;
import dev.midstream.reassembly.stream.CommitLimit;
import dev.midstream.reassembly.stream.DecisionMark;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.StreamStep;
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

  /** Entries that stay for later records when there are none. */
  private static final int KEPT = 1_024;

  private Entry[] entries = {new Entry()};
  private int first;
  private int count;

  boolean isEmpty() {
    return count == 0;
  }

  /** The oldest record; there must be one. */
  Entry first() {
    return entries[first];
  }

  /** Adds a record of {@code connection}, which was just written, and is {@code object}. */
  void add(long number, Connection connection, RecordedObject object) {
    if (count == entries.length) {
      grow();
    }
    Entry entry = entries[(first + count++) & (entries.length - 1)];
    entry.number = number;
    entry.set(connection, object);
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
    return entries[(first + index) & (entries.length - 1)];
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
    Entry entry = entries[first];
    entry.object = null;
    first = (first + 1) & (entries.length - 1);
    count--;
    if (count == 0 && entries.length > KEPT) {
      entries = new Entry[] {new Entry()};
      first = 0;
    }
  }

  /** Records for which there is room. */
  int capacity() {
    return entries.length;
  }

  private void grow() {
    Entry[] larger = new Entry[2 * entries.length];
    for (int i = 0; i < larger.length; i++) {
      larger[i] = i < count ? entry(i) : new Entry();
    }
    entries = larger;
    first = 0;
  }
}
