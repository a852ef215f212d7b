package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * What the sender of one direction was acknowledged or reported by SACK before the receiver
 * acknowledged it. The engine stores these octets and retransmits them.
 *
 * <p>K is essential and lies in {@link Edits}. The rest is derived state; without it the engine
 * reports fewer SACK blocks and acknowledges later.
 */
public final class Custody {
  private static final int MAX_RECENT = 8;
  private final Edits edits;
  private final RangeSet vouched = new RangeSet();
  private final long[] recentBlocks = new long[MAX_RECENT];
  private int recentBlockCount;
  private long awaitedEnd;
  private long awaitedSentEnd;
  private int waitingRetransmissions;

  Custody(Edits edits) {
    this.edits = edits;
  }

  /** Writes what was reported, and in which order. */
  void write(StateWriter out) {
    vouched.write(out);
    out.number(waitingRetransmissions);
    out.number(recentBlockCount);
    for (int i = 0; i < recentBlockCount; i++) {
      out.number(recentBlocks[i]);
    }
  }

  void read(StateReader in) {
    vouched.read(in);
    waitingRetransmissions = in.count(Integer.MAX_VALUE);
    recentBlockCount = in.count(MAX_RECENT);
    for (int i = 0; i < recentBlockCount; i++) {
      recentBlocks[i] = in.position();
    }
  }

  /** Writes what waits for its copy elsewhere. */
  void writeAwaited(StateWriter out) {
    out.number(awaitedEnd);
    out.number(awaitedSentEnd);
  }

  void readAwaited(StateReader in) {
    awaitedEnd = in.position();
    awaitedSentEnd = in.position();
  }

  /** Whether any octets are in custody, and {@code orgPosition} is not beyond them. */
  public boolean reaches(long orgPosition) {
    return edits.custodyEnd() > 0 && orgPosition <= edits.custodyEnd();
  }

  /** Advances K. The octets below it must be held or decided, and inside the advertised window. */
  public void advanceTo(long orgPosition) {
    edits.advanceCustody(orgPosition);
    waitingRetransmissions = 0;
  }

  /** Notes that octets below {@code orgPosition} go into custody once they are copied elsewhere. */
  public void awaitCopy(long orgPosition) {
    awaitedEnd = orgPosition;
  }

  /** The end of the octets that wait, or waited, for their copy elsewhere. */
  public long awaitedEnd() {
    return awaitedEnd;
  }

  /** The same for octets that go into custody although they have left by then. */
  public void awaitSentCopy(long orgPosition) {
    awaitedSentEnd = Math.max(awaitedSentEnd, orgPosition);
  }

  /** The end of the octets that wait, or waited, for their copy although they may have left. */
  public long awaitedSentEnd() {
    return awaitedSentEnd;
  }

  /**
   * Notes that the engine reports [orgStart, orgEnd), not empty, to the sender by SACK.
   *
   * @return false if nothing was noted, because there are too many ranges
   */
  public boolean vouch(long orgStart, long orgEnd) {
    if (!vouched.add(orgStart, orgEnd)) {
      return false;
    }
    int kept = Math.min(recentBlockCount, MAX_RECENT - 1);
    System.arraycopy(recentBlocks, 0, recentBlocks, 1, kept);
    recentBlocks[0] = orgStart;
    recentBlockCount = kept + 1;
    return true;
  }

  /** Withdraws reports from {@code orgPosition} on: the octets are no longer kept. */
  void removeVouchedFrom(long orgPosition) {
    vouched.remove(orgPosition, Long.MAX_VALUE);
  }

  /** Number of recent SACK blocks that are remembered. */
  public int recentBlockCount() {
    return recentBlockCount;
  }

  /** Start of a recent SACK block; index 0 is the newest. It may have been acknowledged since. */
  public long recentBlock(int index) {
    return recentBlocks[index];
  }

  /** Octets that the engine reported by SACK and that the receiver has not acknowledged. */
  public RangeSet vouched() {
    return vouched;
  }

  /** Forgets reports below {@code orgPosition}: the receiver has acknowledged the octets. */
  public void onAcknowledged(long orgPosition) {
    vouched.removeBelow(orgPosition);
  }

  /** Counts and returns the retransmissions of waiting octets since K last advanced. */
  public int countWaitingRetransmission() {
    return ++waitingRetransmissions;
  }
}
