package dev.midstream.worlds.law;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import java.util.function.Consumer;

/** A log that tells when a record is appended, which may be in the middle of a call. */
public final class NotedLog implements CommitLog {
  private final MemoryLog log;
  private Consumer<StateWriter> observer = record -> {};

  public NotedLog(MemoryLog log) {
    this.log = log;
  }

  /** Shows {@code noted} each record after it was appended, after the observers so far. */
  public void observe(Consumer<StateWriter> noted) {
    observer = observer.andThen(noted);
  }

  /** The log itself. */
  MemoryLog log() {
    return log;
  }

  @Override
  public CommitMode mode() {
    return log.mode();
  }

  @Override
  public LogState state() {
    return log.state();
  }

  @Override
  public NoCopy noCopy() {
    return log.noCopy();
  }

  @Override
  public FirstCopies firstCopies() {
    return log.firstCopies();
  }

  @Override
  public long append(StateWriter record) {
    long number = log.append(record);
    observer.accept(record);
    return number;
  }

  @Override
  public long committed() {
    return log.committed();
  }
}
