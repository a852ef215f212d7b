package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.range.RangeSet;

/**
 * What the sender of one direction was told that the receiver has not: octets the engine
 * acknowledged itself, and octets it reported by SACK. The engine keeps and repeats them.
 */
public final class Custody {
  private static final int RECENT = 8;
  private final RangeSet vouched = new RangeSet();
  private final RangeSet reported = new RangeSet();
  private final RangeSet repeated = new RangeSet();
  private final long[] recent = new long[RECENT];
  private int recentCount;
  private long edge;
  private long awaited;
  private long filledOrgEnd;
  private long fillerNewEnd;
  private int waitingHits;

  /** K: everything below it, in original space, was acknowledged to the sender; never falls. */
  public long edge() {
    return edge;
  }

  /** Whether something is in custody, and {@code orgPosition} is not beyond it. */
  public boolean reaches(long orgPosition) {
    return edge > 0 && orgPosition <= edge;
  }

  /** Moves K; what lies below must be held or decided, and inside the window shown. */
  public void takeTo(long orgPosition) {
    edge = Math.max(edge, orgPosition);
    waitingHits = 0;
  }

  /** Octets below {@code orgPosition} are to be taken once they are kept elsewhere too. */
  public void await(long orgPosition) {
    awaited = orgPosition;
  }

  /** The end of what is, or was, to be taken once it is kept elsewhere too. */
  public long awaited() {
    return awaited;
  }

  /**
   * A gap was filled, and original octets up to {@code orgEnd} are here without one: when the
   * receiver acknowledges the filler, which ends at {@code newFillerEnd}, it would acknowledge all
   * of them had it got them when they came. So does the engine, or a sender without SACK would take
   * each for lost that only leaves step by step (RFC 6582, partial acknowledgements).
   */
  public void filled(long newFillerEnd, long orgEnd) {
    fillerNewEnd = newFillerEnd;
    filledOrgEnd = orgEnd;
  }

  /** Whether an acknowledgement of the receiver may still take octets that were {@link #filled}. */
  public boolean isFilling() {
    return filledOrgEnd > edge;
  }

  /** The engine reports [orgStart, orgEnd), which is not empty, to the sender by SACK. */
  public void vouch(long orgStart, long orgEnd) {
    vouched.add(orgStart, orgEnd);
    int kept = Math.min(recentCount, RECENT - 1);
    System.arraycopy(recent, 0, recent, 1, kept);
    recent[0] = orgStart;
    recentCount = kept + 1;
  }

  /** How many of the reports made last are remembered. */
  public int recentReports() {
    return recentCount;
  }

  /** Where a report began; the last one has index 0. It may have been acknowledged since. */
  public long recentReport(int index) {
    return recent[index];
  }

  /** What the engine reported to the sender by SACK and the receiver has not acknowledged. */
  public RangeSet vouched() {
    return vouched;
  }

  /** What the receiver reported by SACK above its acknowledgement, in new space. */
  public RangeSet reported() {
    return reported;
  }

  /** What the engine sent again, in new space; kept for a while behind the acknowledgement. */
  public RangeSet repeated() {
    return repeated;
  }

  /**
   * The receiver acknowledged more; both positions say the same.
   *
   * @param kept whether every octet behind them that has come is kept
   */
  public void acknowledged(long newPosition, long orgPosition, boolean kept, long windowBytes) {
    if (kept && newPosition >= fillerNewEnd && filledOrgEnd > edge) {
      edge = filledOrgEnd;
    }
    reported.removeBelow(newPosition);
    forgetStale(newPosition);
    vouched.removeBelow(orgPosition);
    repeated.removeBelow(newPosition - windowBytes);
  }

  /** A report that begins where the acknowledgement ends is of octets thrown away since. */
  private void forgetStale(long newPosition) {
    if (!reported.isEmpty() && reported.start(0) == newPosition) {
      reported.removeBelow(reported.end(0));
    }
  }

  /** After a timeout nothing reported is believed any more (RFC 2018 section 8). */
  public void forgetReports() {
    reported.clear();
  }

  /** The sender repeated octets that wait for the window; how often since custody moved. */
  public int hitWaiting() {
    return ++waitingHits;
  }
}
