package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.modcmd.offset.TimestampOrder;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.ReplacedOctets;
import dev.midstream.reassembly.store.UnconfirmedOctets;
import dev.midstream.reassembly.store.UndecidedOctets;
import io.netty.buffer.ByteBufAllocator;

/**
 * The engine towards the sender of one direction, as a receiver (the RCV variables of RFC 9293
 * section 3.3.1): what arrived and is not decided, what the sender was advertised, which
 * acknowledgements it is owed. Derived state: after a loss the sender retransmits what was held.
 */
public final class SenderSide {
  private final WindowMap window;
  private final UndecidedOctets undecided;
  private final DelayedSegments delayed;
  private final ReplacedOctets replaced;
  private final UnconfirmedOctets unconfirmed;
  private final PushMarks pushMarks = new PushMarks();
  private final AgentCursor cursor = new AgentCursor();
  private final WaitTimes waitTimes = new WaitTimes();
  private final Custody custody;
  private final PendingAcks pendingAcks = new PendingAcks();
  private long orgSeenEnd;
  private long advertised = Long.MIN_VALUE;
  private boolean tsRecentKnown;
  private int tsRecent;

  SenderSide(Edits edits, ByteBufAllocator allocator, MemoryBudget budget) {
    window = new WindowMap(edits.map());
    custody = new Custody(edits);
    undecided = new UndecidedOctets(allocator, budget);
    delayed = new DelayedSegments(allocator, budget);
    replaced = new ReplacedOctets(allocator, budget);
    unconfirmed = new UnconfirmedOctets(allocator, budget);
  }

  /** RCV.WND: the window that the sender is advertised. */
  public WindowMap window() {
    return window;
  }

  /** What came in order and is not decided. */
  public UndecidedOctets undecided() {
    return undecided;
  }

  /** The segments beyond a gap. */
  public DelayedSegments delayed() {
    return delayed;
  }

  /** The octets that edits took out; retransmissions are compared with them. */
  public ReplacedOctets replaced() {
    return replaced;
  }

  /** Octets of segments with a low hop limit, until a second copy confirms them. */
  public UnconfirmedOctets unconfirmed() {
    return unconfirmed;
  }

  /** Where the sender set PSH on octets that are not released. */
  public PushMarks pushMarks() {
    return pushMarks;
  }

  /** What the agent was shown, and what it waits for. */
  public AgentCursor cursor() {
    return cursor;
  }

  /** Since when this direction waits for something. */
  public WaitTimes waitTimes() {
    return waitTimes;
  }

  /** What the sender was told that the receiver does not have. */
  public Custody custody() {
    return custody;
  }

  /** Acknowledgements that the sender is owed. */
  public PendingAcks pendingAcks() {
    return pendingAcks;
  }

  /** Notes the end of a segment of the sender, in original space. */
  public void seen(long orgEnd) {
    orgSeenEnd = Math.max(orgSeenEnd, orgEnd);
  }

  /** The highest end of a segment seen from the sender, in original space. */
  public long orgSeenEnd() {
    return orgSeenEnd;
  }

  /**
   * Raises the advertised acknowledgement; it never falls.
   *
   * @return what is advertised now, in original space
   */
  public long advertise(long orgPosition) {
    advertised = Math.max(advertised, orgPosition);
    return advertised;
  }

  /**
   * RCV.NXT as the sender was advertised, in original space; {@link Long#MIN_VALUE} before the
   * first acknowledgement.
   */
  public long advertised() {
    return advertised;
  }

  /** Whether a segment with timestamp {@code value} is older than TS.Recent (PAWS, RFC 7323). */
  public boolean isOlderThanTsRecent(int value) {
    return tsRecentKnown && TimestampOrder.isBefore(value, tsRecent);
  }

  /** Sets TS.Recent: the segment with {@code value} starts at or below RCV.NXT (RFC 7323 4.3). */
  public void tsRecent(int value) {
    tsRecentKnown = true;
    tsRecent = value;
  }

  /**
   * The timestamp that a segment made in the receiver's name echoes: the one that the receiver
   * echoed last, {@code echoed}, or TS.Recent of the engine in its place, whichever is newer. Never
   * that of octets beyond what is advertised.
   */
  public int tsEcho(int echoed) {
    return tsRecentKnown && TimestampOrder.isBefore(echoed, tsRecent) ? tsRecent : echoed;
  }

  void free() {
    undecided.free();
    delayed.free();
    replaced.free();
    unconfirmed.free();
  }
}
