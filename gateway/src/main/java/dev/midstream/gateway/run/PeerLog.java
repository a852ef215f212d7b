package dev.midstream.gateway.run;

import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.gateway.run.HandoffMessage.CopiedRecord;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.stream.CommitMode;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sends the records of a worker's engine to the worker that goes on if it dies. Belongs to the
 * worker's thread.
 */
final class PeerLog implements CommitLog {
  private final int number;
  private final CommitMode mode;
  private final Inbox<HandoffMessage> heir;
  private final Deque<CopiedRecord> unsent = new ArrayDeque<>();
  private LogState state = LogState.COMMITTING;
  private long appended;
  private long committed;

  /** Sends the records of worker {@code number} to {@code heir}. */
  PeerLog(int number, CommitMode mode, Inbox<HandoffMessage> heir) {
    this.number = number;
    this.mode = mode;
    this.heir = heir;
  }

  @Override
  public CommitMode mode() {
    return mode;
  }

  @Override
  public long append(StateWriter record) {
    appended++;
    unsent.add(new CopiedRecord(number, appended, record.toOctets()));
    send();
    return appended;
  }

  /** Sends what found no room in the inbox. */
  void send() {
    while (!unsent.isEmpty() && heir.offer(unsent.element())) {
      unsent.remove();
    }
  }

  /** Takes no record from now on, and sends none of those that wait: another worker goes on. */
  void refuse() {
    state = LogState.REFUSED;
    unsent.clear();
  }

  @Override
  public LogState state() {
    return state;
  }

  @Override
  public long committed() {
    return committed;
  }

  /** Notes that the other worker keeps the records up to {@code number}. */
  void commitTo(long number) {
    committed = Math.max(committed, number);
  }
}
