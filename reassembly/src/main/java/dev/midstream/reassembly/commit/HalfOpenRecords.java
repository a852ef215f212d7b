package dev.midstream.reassembly.commit;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.RecordMark;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of half-open connections that are not committed. Such a connection is kept as its
 * SYNs, without its {@link RecordMark}, and is restored for each of its packets. It waits for its
 * own records only, not for those that other connections have got meanwhile.
 */
final class HalfOpenRecords {
  /** What a record takes at most: its place in the queue, and the key and place of a connection. */
  private static final int RECORD_BYTES = 192;

  private final Map<ConnectionKey, Numbers> pending = new TreeMap<>(ConnectionKey.BY_ENDS);
  private final WaitingQueue<ConnectionKey> written;

  /** The first record that holds the openings of a connection as they are, and its last one. */
  private record Numbers(long openings, long last) {}

  /** Charges what is kept to {@code heap}. */
  HalfOpenRecords(ConnectionHeap heap) {
    written = new WaitingQueue<>(heap, RECORD_BYTES);
  }

  /** Notes that the record of this number is the last one of {@code connection}. */
  void noteWritten(Connection connection, long number) {
    @Nullable RecordMark mark = connection.record();
    if (mark != null && connection.state() == ConnectionState.OPENING) {
      long openings = Math.min(mark.openingsNumber(connection), number);
      pending.put(connection.key(), new Numbers(openings, number));
      written.add(number, connection.key());
    }
  }

  /** The same for a record of {@code copy}, which is only a copy of the connection. */
  void noteCopyWritten(Connection copy, long number, PendingRecords records) {
    noteWritten(copy, number);
    RecordMark mark = copy.record();
    if (mark != null
        && copy.state() == ConnectionState.OPENING
        && copy.phase() instanceof Open open) {
      records.add(number, copy, mark.makeObject(copy, open));
      RecordMark.removeObject(copy); // it is released
    }
  }

  /** Notes that the records up to {@code number} are committed. */
  void noteCommitted(long number) {
    while (written.isDue(number)) {
      long first = written.firstNumber();
      ConnectionKey key = written.remove();
      Numbers known = pending.get(key);
      if (known != null && known.last == first) {
        pending.remove(key);
      }
    }
  }

  /**
   * Notes that {@code connection} is restored and in a record, which may not be committed: it waits
   * for its last one in {@code records}.
   */
  void resume(Connection connection, int losses, PendingRecords records) {
    Numbers known = pending.get(connection.key());
    long openings = known == null ? 0 : known.openings;
    RecordWriter.resume(connection, openings, losses, connection.seen().lastNanos());
    RecordMark mark = connection.record();
    if (mark != null
        && connection.phase() instanceof Open open
        && (known == null
            || !records.replace(known.last, connection, mark.makeObject(connection, open)))) {
      open.noteCommitted();
    }
  }

  /** Forgets all: the records are lost, or their connections go on elsewhere. */
  void clear() {
    pending.clear();
    written.clear();
  }

  /** What is charged for them. */
  long bytes() {
    return written.bytes();
  }
}
