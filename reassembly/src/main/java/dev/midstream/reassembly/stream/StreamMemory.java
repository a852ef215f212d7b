package dev.midstream.reassembly.stream;

import dev.midstream.reassembly.store.MemoryAccount;

/**
 * The arrays of one direction that grow with what both ends send: folded, charged as large as they
 * are, and released when nothing needs them. The stores charge the octets that they keep. Derived
 * state.
 */
public final class StreamMemory {
  /** Arrays up to this size are a part of every direction, and are not charged. */
  private static final int BASE_BYTES = 1_024;

  private final Edits edits;
  private final SenderSide sender;
  private final ReceiverSide receiver;
  private final MemoryAccount account;
  private long chargedBytes;

  StreamMemory(Edits edits, SenderSide sender, ReceiverSide receiver, MemoryAccount account) {
    this.edits = edits;
    this.sender = sender;
    this.receiver = receiver;
    this.account = account;
  }

  /**
   * Folds commands that no acknowledgement and no retransmission needs any more, and frees what
   * they replaced.
   */
  public void fold(long nowNanos) {
    SendWindow window = receiver.sendWindow();
    if (!edits.commands().isEmpty()) {
      long rtoNanos = receiver.rtt().rtoNanos();
      edits.fold(window.acknowledged(), window.largestWindowBytes(), rtoNanos, nowNanos);
    }
    if (!sender.replaced().isEmpty()) {
      sender.replaced().freeBelow(edits.commands().basePosition());
    }
  }

  /** When {@link #fold} is due if no packet comes; {@link WaitTimes#NEVER} if nothing is. */
  public long foldDueNanos() {
    return edits.commands().isEmpty()
        ? WaitTimes.NEVER
        : edits.folding().dueNanos(receiver.rtt().rtoNanos());
  }

  /** The size of the arrays: of commands, ranges, marks and places. */
  public long heapBytes() {
    return edits.commands().heapBytes() + sender.heapBytes() + receiver.scoreboard().heapBytes();
  }

  /**
   * What is charged beside octets: the arrays, and memory that stores allocated for more octets.
   */
  public long overheadBytes() {
    return chargedBytes
        + edits.firstCopies().overheadBytes()
        + sender.undecided().overheadBytes()
        + sender.replaced().overheadBytes();
  }

  /** Charges the arrays as large as they are now. */
  public void updateCharge() {
    setCharged(Math.max(0, heapBytes() - BASE_BYTES));
  }

  /** Releases the memory that nothing needs, buffers of the stores included. */
  public void trim() {
    edits.trim();
    sender.trim();
    receiver.scoreboard().trim();
    updateCharge();
  }

  /**
   * Forgets what only a late report of the receiver would need, and marks of octets that left or
   * were deleted; releases memory.
   */
  public void trimInSilence() {
    forgetMarks();
    receiver.scoreboard().forgetRetransmitted(receiver.sendWindow().acknowledged());
    trim();
  }

  /** Forgets marks of octets that left or were deleted, if all have left. */
  public void forgetMarks() {
    long newEnd = edits.map().newEnd();
    if (receiver.releasedEnd() >= newEnd) {
      sender.pushMarks().takeUpTo(edits.map().decided(), newEnd);
    }
  }

  /** Cancels the charge, because the connection is over. */
  void free() {
    setCharged(0);
  }

  private void setCharged(long bytes) {
    if (bytes != chargedBytes) {
      account.charge(bytes - chargedBytes);
      chargedBytes = bytes;
    }
  }
}
