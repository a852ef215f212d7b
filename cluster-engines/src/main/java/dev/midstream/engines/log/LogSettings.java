package dev.midstream.engines.log;

import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;

/**
 * How the logs of all buckets are written; equal at all nodes.
 *
 * @param mode what waits for records; it must be one that writes records
 * @param noCopy what happens while a bucket has no backup
 * @param firstCopies which first copies records hold
 * @param intervalNanos the time between records in {@link CommitMode#INTERVAL}
 */
public record LogSettings(
    CommitMode mode, NoCopy noCopy, FirstCopies firstCopies, long intervalNanos) {

  /** Checks the mode. */
  public LogSettings {
    if (!mode.writesRecords()) {
      throw new IllegalArgumentException("a mode without records: mode=" + mode);
    }
  }

  /** The usual settings in {@code mode}. */
  public static LogSettings of(CommitMode mode) {
    return new LogSettings(mode, NoCopy.CONTINUE, FirstCopies.ALL, CommitLog.INTERVAL_NANOS);
  }
}
