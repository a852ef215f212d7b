package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.call.AgentCursor;
import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.modcmd.offset.TimestampOrder;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.MemoryAccount;
import dev.midstream.reassembly.store.OctetBuffer;
import dev.midstream.reassembly.store.ReplacedOctets;
import dev.midstream.reassembly.store.UnconfirmedOctets;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/**
 * The engine towards the sender of one direction, as a receiver (the RCV variables of RFC 9293
 * section 3.3.1): what arrived and is undecided, what was advertised to the sender, and which
 * acknowledgements are pending. Derived state, except undecided octets below K: after a loss the
 * sender retransmits the others.
 */
public final class SenderSide {
  private final WindowMap window;
  private final MemoryAccount account;
  private final OctetBuffer undecided;
  private final DelayedSegments delayed;
  private final ReplacedOctets replaced;
  private final UnconfirmedOctets unconfirmed;
  private final PushMarks pushMarks = new PushMarks();
  private final AgentCursor cursor = new AgentCursor();
  private final WaitTimes waitTimes = new WaitTimes();
  private final Custody custody;
  private final GapFill gapFill;
  private final PendingAcks pendingAcks = new PendingAcks();
  private long orgSeenEnd;
  private long advertised = Long.MIN_VALUE;
  private boolean timestamping;
  private boolean tsRecentKnown;
  private int tsRecent;
  private long tsRecentNanos;

  /** {@code givesWay} says whether octets after a gap may be thrown away for other streams. */
  SenderSide(Edits edits, ByteBufAllocator allocator, MemoryAccount account, boolean givesWay) {
    this.account = account;
    window = new WindowMap(edits.map());
    custody = new Custody(edits);
    gapFill = new GapFill(edits);
    undecided = new OctetBuffer(allocator, account);
    delayed = new DelayedSegments(allocator, account, givesWay);
    replaced = new ReplacedOctets(allocator, account);
    unconfirmed = new UnconfirmedOctets(allocator, account);
  }

  /** What this direction keeps, and what it may keep. */
  public MemoryAccount account() {
    return account;
  }

  /** RCV.WND: the window that is advertised to the sender. */
  public WindowMap window() {
    return window;
  }

  /** Octets that arrived in order and are undecided. They are never released as they are. */
  public OctetBuffer undecided() {
    return undecided;
  }

  /** Appends octets that arrived in order and are undecided. */
  public void hold(MemorySegment memory, long offset, int length) {
    undecided.append(memory, offset, length);
  }

  /** Removes the first {@code length} undecided octets, because they are decided. */
  public void dropHeld(int length) {
    undecided.dropFront(length);
  }

  /** The segments after a gap. */
  public DelayedSegments delayed() {
    return delayed;
  }

  /** The octets that edits removed; retransmissions are compared with them. */
  public ReplacedOctets replaced() {
    return replaced;
  }

  /** Octets of low-TTL segments, until a second copy confirms them. */
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

  /** Since when this direction waits, and for what. */
  public WaitTimes waitTimes() {
    return waitTimes;
  }

  /** What the sender was acknowledged or reported by SACK before the receiver acknowledged it. */
  public Custody custody() {
    return custody;
  }

  /** The segment that filled a gap, and the octets that wait for its acknowledgement. */
  public GapFill gapFill() {
    return gapFill;
  }

  /** Acknowledgements that the engine must send to the sender. */
  public PendingAcks pendingAcks() {
    return pendingAcks;
  }

  /**
   * Vouches for octets after a gap, [orgStart, orgEnd), not empty: they will be reported by SACK.
   *
   * @return false if they may not be reported: they are not kept, or there are too many of them
   */
  public boolean vouch(long orgStart, long orgEnd) {
    return delayed.report(orgStart, orgEnd) && custody.vouch(orgStart, orgEnd);
  }

  /**
   * Throws away what came after the octet at {@code orgHeldEnd}, which is missing. What was thrown
   * away before, and has not come again since the gap was opened for it, is not awaited any more.
   */
  void expireGap(long orgHeldEnd) {
    if (waitTimes.isGapReopened()) {
      orgSeenEnd = orgHeldEnd;
    }
    forgetFrom(orgHeldEnd);
    waitTimes.clearGap();
  }

  /** Notes the end of a segment of the sender, in original space. */
  public void noteSeen(long orgEnd) {
    orgSeenEnd = Math.max(orgSeenEnd, orgEnd);
  }

  /** Ends the stream at {@code orgFin}: what came after a gap and lies beyond it was never sent. */
  void endAt(long orgFin) {
    forgetFrom(orgFin);
    orgSeenEnd = Math.min(orgSeenEnd, orgFin);
  }

  private void forgetFrom(long orgPosition) {
    delayed.removeFrom(orgPosition);
    custody.removeVouchedFrom(orgPosition);
  }

  /** The highest end of a segment seen from the sender, in original space. */
  public long orgSeenEnd() {
    return orgSeenEnd;
  }

  /** Raises the advertised acknowledgement, which never decreases, and returns it. */
  public long advertise(long orgPosition) {
    advertised = Math.max(advertised, orgPosition);
    return advertised;
  }

  /** RCV.NXT as advertised, in original space; {@link Long#MIN_VALUE} before the first ACK. */
  public long advertised() {
    return advertised;
  }

  /**
   * Whether a segment with timestamp {@code value} is older than TS.Recent (PAWS, RFC 7323 section
   * 5.3). After a long silence TS.Recent is outdated, and no value is older (section 5.5).
   */
  public boolean isOlderThanTsRecent(int value, long nowNanos) {
    return tsRecentKnown
        && TimestampOrder.isBefore(value, tsRecent)
        && !TimestampOrder.isOutdated(nowNanos - tsRecentNanos);
  }

  /** Notes that an acceptable segment of the sender, not a SYN, carried a timestamp. */
  public void noteTimestamp() {
    timestamping = true;
  }

  /** Whether the sender sends timestamps, not only on its SYN. */
  public boolean isTimestamping() {
    return timestamping;
  }

  /** Sets TS.Recent: the segment with {@code value} starts at or below RCV.NXT (RFC 7323 4.3). */
  public void setTsRecent(int value, long nowNanos) {
    tsRecentKnown = true;
    tsRecent = value;
    tsRecentNanos = nowNanos;
  }

  /**
   * The timestamp echo for a segment that the engine sends in the receiver's name: {@code echoed},
   * the receiver's last echo, or TS.Recent of the engine, whichever is newer. It is never the
   * timestamp of a segment that starts beyond the advertised acknowledgement.
   *
   * @param echoedNanos when the receiver's last echo was seen
   */
  public int tsEcho(int echoed, long echoedNanos) {
    boolean newer =
        TimestampOrder.isBefore(echoed, tsRecent)
            || TimestampOrder.isOutdated(tsRecentNanos - echoedNanos);
    return tsRecentKnown && newer ? tsRecent : echoed;
  }

  void readHeld(StateReader in) {
    int held = in.count(in.remaining());
    if (held > 0) {
      hold(MemorySegment.ofArray(in.memory()), in.skip(held), held);
    }
  }

  /** Writes what is not essential; the first {@code kept} undecided octets are. */
  void writeRest(StateWriter out, int kept, boolean all, long nowNanos) {
    window.write(out);
    out.number(orgSeenEnd);
    boolean isAdvertised = advertised != Long.MIN_VALUE;
    out.flags(timestamping, tsRecentKnown, isAdvertised, !replaced.isEmpty());
    cursor.write(out);
    if (tsRecentKnown) {
      out.int32(tsRecent);
      out.time(tsRecentNanos, nowNanos);
    }
    if (isAdvertised) {
      out.signed(advertised);
    }
    int held = undecided.length() - kept;
    out.number(held);
    out.octets(undecided.memory(), undecided.memoryOffset() + kept, held);
    pushMarks.write(out);
    if (!all) {
      delayed.write(out);
    }
    unconfirmed.write(out);
    if (!replaced.isEmpty()) {
      replaced.write(out);
    }
    custody.write(out);
    waitTimes.write(out, nowNanos);
    gapFill.write(out, nowNanos);
    pendingAcks.write(out, nowNanos);
  }

  void readRest(StateReader in, boolean all, long nowNanos) {
    window.read(in);
    orgSeenEnd = in.position();
    int flags = in.count(15);
    cursor.read(in);
    timestamping = (flags & 1) != 0;
    tsRecentKnown = (flags & 2) != 0;
    if (tsRecentKnown) {
      tsRecent = in.int32();
      tsRecentNanos = in.time(nowNanos);
    }
    advertised = (flags & 4) != 0 ? in.signed() : Long.MIN_VALUE;
    readHeld(in);
    pushMarks.read(in);
    if (!all) {
      delayed.read(in);
    }
    unconfirmed.read(in);
    if ((flags & 8) != 0) {
      replaced.read(in);
    }
    custody.read(in);
    for (int i = 0; i < custody.vouched().size(); i++) {
      delayed.markReported(custody.vouched().start(i), custody.vouched().end(i));
    }
    waitTimes.read(in, nowNanos);
    gapFill.read(in, nowNanos);
    pendingAcks.read(in, nowNanos);
  }

  /** Releases the memory that no kept octets need. */
  void trim() {
    undecided.trim();
    delayed.trim();
    replaced.trim();
    unconfirmed.trim();
    pushMarks.trim();
    pendingAcks.trim();
    custody.vouched().trim();
  }

  /** The memory of marks, places and ranges on the heap; stores charge what they keep. */
  long heapBytes() {
    return (long) replaced.heapBytes()
        + pushMarks.heapBytes()
        + pendingAcks.heapBytes()
        + custody.vouched().heapBytes();
  }

  void free() {
    undecided.free();
    delayed.free();
    replaced.free();
    unconfirmed.free();
    account.close();
  }
}
