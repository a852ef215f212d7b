package dev.midstream.worlds.law;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.stream.CommitMode;

/** Loses the records of an engine from some moment on; all are committed as they are written. */
final class LosingLog implements CommitLog {
  private final MemoryLog log;
  private long lost;
  private boolean isLosing;

  /** Writes to {@code log} what is not lost. */
  LosingLog(MemoryLog log) {
    this.log = log;
  }

  /** Loses all records from now on. */
  void lose() {
    isLosing = true;
  }

  @Override
  public CommitMode mode() {
    return log.mode();
  }

  @Override
  public long append(StateWriter record) {
    if (isLosing) {
      lost++;
    } else {
      log.append(record);
    }
    return log.appended() + lost;
  }

  @Override
  public long committed() {
    return log.appended() + lost;
  }
}
