package dev.midstream.reassembly.commit;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import java.util.ArrayList;
import java.util.List;

/** A log in the memory of this process. Its owner says when records are committed. */
public final class MemoryLog implements CommitLog {
  private final CommitMode mode;
  private final NoCopy noCopy;
  private final FirstCopies firstCopies;
  private final List<byte[]> records = new ArrayList<>();
  private long committed;
  private LogState state = LogState.COMMITTING;

  /** An empty log. */
  public MemoryLog(CommitMode mode) {
    this(mode, NoCopy.CONTINUE, FirstCopies.ALL);
  }

  /** An empty log; {@code noCopy} says what happens while it is alone. */
  public MemoryLog(CommitMode mode, NoCopy noCopy) {
    this(mode, noCopy, FirstCopies.ALL);
  }

  /** An empty log, for records that hold {@code firstCopies}. */
  public MemoryLog(CommitMode mode, NoCopy noCopy, FirstCopies firstCopies) {
    this.mode = mode;
    this.noCopy = noCopy;
    this.firstCopies = firstCopies;
  }

  @Override
  public CommitMode mode() {
    return mode;
  }

  @Override
  public LogState state() {
    return state;
  }

  /**
   * Sets the state; {@code Engine.onLogChanged} is due then. Outside of {@link LogState#COMMITTING}
   * nothing may be appended, and what is not committed never will be.
   */
  public void setState(LogState other) {
    state = other;
  }

  @Override
  public NoCopy noCopy() {
    return noCopy;
  }

  /**
   * Appends a record.
   *
   * @throws IllegalStateException if no record may be appended
   */
  @Override
  public long append(StateWriter record) {
    if (state != LogState.COMMITTING) {
      throw new IllegalStateException("a record that is not kept: state=" + state);
    }
    records.add(record.toOctets());
    return records.size();
  }

  @Override
  public long committed() {
    return committed;
  }

  @Override
  public FirstCopies firstCopies() {
    return firstCopies;
  }

  /** The number of records appended. */
  public long appended() {
    return records.size();
  }

  /** The octets of the record of this number, which is 1 or more. */
  public byte[] record(long number) {
    return records.get((int) number - 1).clone();
  }

  /**
   * Loses the records after {@code number}, and commits the others: their engine died, and another
   * one goes on.
   *
   * @throws IllegalArgumentException if they are fewer, or some of them are committed
   */
  public void loseAfter(long number) {
    commitTo(number);
    records.subList((int) number, records.size()).clear();
  }

  /**
   * Commits the records up to {@code number}, 0 to {@link #appended}.
   *
   * @throws IllegalArgumentException if there are fewer, or more are committed already
   */
  public void commitTo(long number) {
    if (number < committed || number > records.size()) {
      throw new IllegalArgumentException(
          "no such commit: number=" + number + " committed=" + committed);
    }
    committed = number;
  }
}
