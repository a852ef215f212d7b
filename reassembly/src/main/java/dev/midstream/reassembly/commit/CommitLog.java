package dev.midstream.reassembly.commit;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;

/**
 * Keeps the records of an engine where other engines find them. A record is committed when all of
 * them keep it. Called on the thread of the engine's worker, must not block, and must not call the
 * engine. When {@link #committed} has grown, or {@link #heard} has changed, {@code
 * Engine.onCommitted} is to be called; when {@link #state} has changed, {@code
 * Engine.onLogChanged}, before the next packet.
 */
public interface CommitLog {
  /** The usual {@link #intervalNanos}: 20 ms. */
  long INTERVAL_NANOS = 20_000_000;

  /** For an engine alone: no records are written. */
  CommitLog NONE =
      new CommitLog() {
        @Override
        public CommitMode mode() {
          return CommitMode.NONE;
        }

        @Override
        public long append(StateWriter record) {
          throw new IllegalStateException("no records are written");
        }

        @Override
        public long committed() {
          return 0;
        }
      };

  /** What waits until its record is committed. It is always the same. */
  CommitMode mode();

  /** The time between records in {@link CommitMode#INTERVAL}. It is always the same. */
  default long intervalNanos() {
    return INTERVAL_NANOS;
  }

  /** Which first copies records hold. It is always the same. */
  default FirstCopies firstCopies() {
    return FirstCopies.ALL;
  }

  /** What becomes of appended records. */
  default LogState state() {
    return LogState.COMMITTING;
  }

  /** What happens in {@link LogState#ALONE}. It is always the same. */
  default NoCopy noCopy() {
    return NoCopy.CONTINUE;
  }

  /**
   * Appends a record. In the states {@link LogState#ALONE} and {@link LogState#REFUSED} the engine
   * appends none. When it can again, it begins with a record that takes back all before, and writes
   * its connections whole.
   *
   * @param record its octets, which are valid during the call
   * @return the number of the record: 1 for the first one, then one more each time
   */
  long append(StateWriter record);

  /** How many of the records are committed: all that were appended before them are. */
  long committed();

  /**
   * How many announcements of what connections expect were made to other nodes, whether records are
   * kept or not.
   */
  default long announced() {
    return 0;
  }

  /** How many of the announcements all nodes have heard that may get what is expected. */
  default long heard() {
    return announced();
  }
}
