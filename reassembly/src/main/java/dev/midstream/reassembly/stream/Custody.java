package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.range.RangeSet;

/**
 * What the sender of one direction was told that the receiver has not: octets the engine
 * acknowledged itself, and octets it reported by SACK. The engine keeps and repeats them.
 */
public final class Custody {
  private static final int MAX_RECENT = 8;
  private final Edits edits;
  private final RangeSet vouched = new RangeSet();
  private final long[] recentBlocks = new long[MAX_RECENT];
  private int recentBlockCount;
  private long awaitedEnd;
  private long fillerOrgEnd;
  private long fillerNewEnd;
  private int waitingRetransmissions;

  Custody(Edits edits) {
    this.edits = edits;
  }

  /** K: everything below it, in original space, was acknowledged to the sender; never falls. */
  public long end() {
    return edits.custodyEnd();
  }

  /** Whether something is in custody, and {@code orgPosition} is not beyond it. */
  public boolean reaches(long orgPosition) {
    return end() > 0 && orgPosition <= end();
  }

  /** Moves K; what lies below must be held or decided, and inside the window shown. */
  public void advanceTo(long orgPosition) {
    edits.custodyEnd(orgPosition);
    waitingRetransmissions = 0;
  }

  /** Octets below {@code orgPosition} are to be taken once they are kept elsewhere too. */
  public void awaitCopy(long orgPosition) {
    awaitedEnd = orgPosition;
  }

  /** The end of what is, or was, to be taken once it is kept elsewhere too. */
  public long awaitedEnd() {
    return awaitedEnd;
  }

  /**
   * A gap was filled, and original octets up to {@code orgEnd} are here without one: when the
   * receiver acknowledges the filler, which ends at {@code newFillerEnd}, it would acknowledge all
   * of them had it got them when they came. So does the engine, or a sender without SACK would take
   * each for lost that only leaves step by step (RFC 6582, partial acknowledgements).
   */
  public void awaitFillerAck(long newFillerEnd, long orgEnd) {
    fillerNewEnd = newFillerEnd;
    fillerOrgEnd = orgEnd;
  }

  /** Whether an acknowledgement of the receiver may still take octets that were {@link #filled}. */
  public boolean awaitsFillerAck() {
    return fillerOrgEnd > end();
  }

  /** The engine reports [orgStart, orgEnd), which is not empty, to the sender by SACK. */
  public void vouch(long orgStart, long orgEnd) {
    vouched.add(orgStart, orgEnd);
    int kept = Math.min(recentBlockCount, MAX_RECENT - 1);
    System.arraycopy(recentBlocks, 0, recentBlocks, 1, kept);
    recentBlocks[0] = orgStart;
    recentBlockCount = kept + 1;
  }

  /** How many of the reports made last are remembered. */
  public int recentBlockCount() {
    return recentBlockCount;
  }

  /** Where a report began; the last one has index 0. It may have been acknowledged since. */
  public long recentBlock(int index) {
    return recentBlocks[index];
  }

  /** What the engine reported to the sender by SACK and the receiver has not acknowledged. */
  public RangeSet vouched() {
    return vouched;
  }

  /**
   * The receiver acknowledged more; both positions mean the same place.
   *
   * @param isKept whether every octet beyond them that has come is kept
   */
  public void acknowledged(long newPosition, long orgPosition, boolean isKept) {
    if (isKept && newPosition >= fillerNewEnd && awaitsFillerAck()) {
      edits.custodyEnd(fillerOrgEnd);
    }
    vouched.removeBelow(orgPosition);
  }

  /** The sender repeated octets that wait for the window; how often since custody moved. */
  public int countWaitingRetransmission() {
    return ++waitingRetransmissions;
  }
}
