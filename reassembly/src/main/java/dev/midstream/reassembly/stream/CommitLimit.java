package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.FinMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far the decisions of one direction are committed, so that another engine could go on with
 * them. What is decided beyond that is kept from leaving, or from being acknowledged to its sender,
 * as {@link CommitMode} says: one more limit beside the receiver's window and the pace.
 *
 * <p>It compares what is decided now with what was decided when the last record was written, and
 * when the last committed one was. So no stage has to say what it decides.
 */
public final class CommitLimit {
  /** After so many octets without a decision a record is written for its positions alone. */
  private static final long HINT_BYTES = 1L << 29;

  /**
   * So many octets leave after the last committed position: another engine must still tell where
   * the numbers of the next segment lie (RFC 9293 section 3.4).
   */
  private static final long MOST_BYTES = 1L << 30;

  /** Limits nothing. */
  static final CommitLimit OFF = new CommitLimit(null, CommitMode.NONE);

  private final @Nullable Edits decisions;
  private CommitMode mode;
  private final DecisionMark written = new DecisionMark();
  private final DecisionMark committed = new DecisionMark();
  private long custodyWanted;
  private long custodyCommitted;
  private long flushedEnd;
  private long passedBefore;
  private long received;
  private long heldFrom = Long.MAX_VALUE;
  private boolean holdsAlways;
  private boolean known;
  private boolean receiverReset;

  /** Limits what is decided in {@code decisions}, of which nothing is committed yet. */
  CommitLimit(@Nullable Edits decisions, CommitMode mode) {
    this.decisions = decisions;
    this.mode = mode;
  }

  private Edits edits() {
    return Objects.requireNonNull(decisions, "nothing is limited");
  }

  /** Whether records of this direction are written. */
  public boolean isOn() {
    return mode.writesRecords();
  }

  /** Whether octets wait that would not in {@code other}. */
  public boolean isStricter(CommitMode other) {
    return mode.delaysOctets() && !other.delaysOctets();
  }

  /** Sets what waits from now on; a record of the connection must be written next. */
  public void setMode(CommitMode other) {
    mode = other;
  }

  /** Whether something may be kept from leaving. */
  public boolean isLimiting() {
    return isOn() || isHeld();
  }

  /** The end of the octets that may leave for the first time, in new space. */
  public long releasableEnd() {
    return Math.min(numberedEnd(), decidedEnd());
  }

  /**
   * The end of the octets whose numbers another engine can tell that knows what is committed, in
   * new space.
   */
  private long numberedEnd() {
    return isOn() ? numberedEnd(edits(), committed.decided()) : Long.MAX_VALUE;
  }

  /**
   * The end of what an engine may have let leave that knew {@code edits} to be committed, decided
   * up to {@code decided}; in new space.
   */
  static long numberedEnd(Edits edits, long decided) {
    return edits.map().after(decided + MOST_BYTES);
  }

  /** The end of the octets that may leave, as far as only what is decided of them matters. */
  private long decidedEnd() {
    long held = isHeld() ? heldFrom : Long.MAX_VALUE;
    return mode.delaysInsertions() ? Math.min(held, committedNewEnd()) : held;
  }

  /** Whether more octets may have to wait for a record of the position alone. */
  public boolean isPositionOld() {
    return isOn() && edits().map().decided() - committed.decided() >= MOST_BYTES - HINT_BYTES / 2;
  }

  /**
   * Whether a record must be written for the position alone, or octets may have to wait for one.
   */
  public boolean isPositionDue() {
    return isOn() && (isHintDue() || isPositionOld());
  }

  private boolean isHintDue() {
    return edits().map().decided() - written.decided() >= HINT_BYTES;
  }

  private long committedNewEnd() {
    CommandList commands = edits().commands();
    int waiting = (int) Math.min(commands.appended() - committed.commands(), commands.size());
    int first = commands.size() - waiting;
    if (!delaysOctets()) {
      return firstInsertion(first);
    }
    long orgEnd = committed.endFor(edits());
    long newEnd = orgEnd == Long.MAX_VALUE ? orgEnd : edits().map().after(orgEnd);
    return first < commands.size() ? Math.min(newEnd, commands.newSeq(first)) : newEnd;
  }

  /**
   * Whether decided octets wait: in each mode those that another engine would decide otherwise when
   * their sender repeats them, because they were decided after a silence, or passed because the
   * editing ended; and all of a connection of which no record is committed, because to another
   * engine it would be one whose opening was not seen, and whose octets may pass as they are.
   */
  private boolean delaysOctets() {
    return mode.delaysOctets()
        || (isOn() && !known)
        || isFlushAwaited()
        || (edits().opaque().isEndless() && !committed.isRestOpaque());
  }

  /** Whether octets that were decided after a silence are not committed. */
  public boolean isFlushAwaited() {
    return isOn() && committed.endFor(edits()) < flushedEnd;
  }

  /** Notes that what is decided now was decided after a silence. */
  public void noteFlushed() {
    if (isOn()) {
      flushedEnd = edits().map().decided();
    }
  }

  /**
   * Notes that octets below {@code orgPosition} left before the connection was picked up. Another
   * engine learns that, as this one did, from the next acknowledgement.
   */
  void notePassedBefore(long orgPosition) {
    if (isOn()) {
      passedBefore = Math.max(passedBefore, orgPosition);
    }
  }

  private long firstInsertion(int from) {
    CommandList commands = edits().commands();
    for (int i = from; i < commands.size(); i++) {
      if (commands.orgLength(i) == 0) {
        return commands.newSeq(i);
      }
    }
    return Long.MAX_VALUE;
  }

  /**
   * Whether a FIN may leave for the first time. It waits in each mode until it is committed that it
   * is settled, and so all before it: a receiver that has it may close, and another engine could
   * take its number for that of an octet.
   */
  public boolean allowsFin() {
    boolean waits = isOn() && edits().fin().isSettled() && !committed.hasFin();
    return !isHeld() && !waits;
  }

  /** Whether the receiver may be reset, which gets nothing more of the stream. */
  public boolean allowsReset() {
    return !isHeld() && (!isOn() || committed.isRestDropped());
  }

  /**
   * The acknowledgement that may be shown to the sender of the stream, or the end of a block of
   * SACK: an acknowledgement that ends inside a reported block would mean that the block was
   * discarded (RFC 2018 section 8).
   *
   * @param orgPosition what the receiver's acknowledgement or block covers, and deleted octets
   *     after it
   * @param newAcknowledged the receiver's acknowledgement, or the end of its block
   */
  public long showable(long orgPosition, long newAcknowledged) {
    if (!isOn()) {
      return orgPosition;
    }
    long end = Math.max(committedEnd(), passedBefore);
    if (end < orgPosition && !mode.delaysAcknowledgements()) {
      end = Math.max(end, Math.max(received, receivedEnd(newAcknowledged)));
    }
    return Math.min(orgPosition, Math.min(end, finLimit()));
  }

  /**
   * A FIN whose sender may close when it is acknowledged, although the other end does not, is
   * acknowledged in each mode once the record that its receiver has acknowledged it is committed.
   * Without that another engine would send to a closed end, and take its RST for one of an open
   * connection. If the other end was reset, nothing is lost by that.
   */
  private long finLimit() {
    boolean mayClose = edits().isSenderFinished() && !receiverReset;
    boolean isAwaited = mayClose && !committed.hasFinAcknowledged() && edits().fin().isReached();
    return isAwaited ? edits().fin().orgFin() : Long.MAX_VALUE;
  }

  /** Notes that the receiver was reset, and not the sender. */
  public void noteReceiverReset() {
    if (isOn()) {
      receiverReset = true;
    }
  }

  private long committedEnd() {
    long end = committed.endFor(edits());
    return committed.hasReachedFin() && end < Long.MAX_VALUE ? end + 1 : end;
  }

  /** Whether the acknowledgement of the decided octets below {@code orgEnd} may be shown. */
  public boolean isShowable(long orgEnd, long newAcknowledged) {
    return showable(orgEnd, newAcknowledged) >= orgEnd;
  }

  /**
   * What the receiver acknowledged, without deleted octets after it. Those are also all that the
   * sender still sends if the engine ended the stream. If it ends where folded commands end, the
   * last of them may be such a deletion, so it is not known.
   */
  private long receivedEnd(long newAcknowledged) {
    FinMap fin = edits().fin();
    if (!fin.isOwn() && fin.isAcknowledgedBy(newAcknowledged) && fin.isReached()) {
      return fin.orgFin() + 1;
    }
    long end = edits().map().receivedEnd(Math.min(newAcknowledged, edits().map().newEnd()));
    return end > edits().commands().basePosition() ? end : 0;
  }

  /**
   * Notes, before commands are folded, what the receiver acknowledged. It was reported to the
   * sender, perhaps, and an acknowledgement of less would take that back (RFC 2018 section 8).
   */
  void noteReceived(long newAcknowledged) {
    if (isOn() && !mode.delaysAcknowledgements()) {
      received = Math.max(received, receivedEnd(newAcknowledged));
    }
  }

  /**
   * Asks for a record with all octets below {@code orgEnd}, which came without a gap. {@link
   * #custodyCommitted} grows when it is committed.
   *
   * @return how far custody may go now
   */
  public long requestCustody(long orgEnd) {
    if (isOn()) {
      custodyWanted = Math.max(custodyWanted, orgEnd);
    }
    return Math.min(orgEnd, custodyCommitted());
  }

  /** The end of the octets that may be taken into custody, in original space. */
  public long custodyCommitted() {
    return isOn() ? custodyCommitted : Long.MAX_VALUE;
  }

  /**
   * Asks for no record of octets beyond {@code orgEnd}, which are not kept any more: their sender
   * sends them again, perhaps others. Returns whether the last record holds some of them.
   */
  boolean lowerCustody(long orgEnd) {
    long keptEnd = Math.max(orgEnd, edits().map().decided());
    custodyWanted = Math.min(custodyWanted, keptEnd);
    custodyCommitted = Math.min(custodyCommitted, keptEnd);
    return isOn() && written.custody() > keptEnd;
  }

  /** The end of the octets whose record was asked for. */
  public long custodyWanted() {
    return custodyWanted;
  }

  /** Whether all that is decided and wanted now is in a record. */
  public boolean isWritten() {
    return !isOn() || (custodyWanted <= written.custody() && written.isOf(edits()) && !isHintDue());
  }

  /** Whether all that is decided and wanted now is committed, and nothing is kept back. */
  public boolean isCommitted() {
    boolean isAll = !isOn() || (committed.isOf(edits()) && custodyWanted <= committed.custody());
    return isAll && !isHeld();
  }

  /** Whether nothing that is decided may be kept back because it is not committed. */
  public boolean isSettled() {
    return !isHeld()
        && !isPositionOld()
        && (!mode.delaysInsertions()
            || isCommitted()
            || (!mode.delaysAcknowledgements() && decidedEnd() == Long.MAX_VALUE && allowsFin()));
  }

  /**
   * Keeps back what is decided from now on, in every mode, until {@link #endHold}. Octets that wait
   * for the receiver's window already may leave. Where every decided octet waits it does nothing.
   */
  public void hold() {
    if (isOn()) {
      holdFrom(edits().map().newEnd(), false);
    }
  }

  /**
   * Keeps back, as {@link #hold} does, what lies beyond {@code newPosition}; also if records are
   * written no more before it ends, and where every decided octet waits if {@code always}.
   */
  void holdFrom(long newPosition, boolean always) {
    heldFrom = Math.min(heldFrom, newPosition);
    holdsAlways |= always;
  }

  /** Whether decided octets are kept back that do not wait for a record of themselves. */
  public boolean isHeld() {
    return heldFrom < Long.MAX_VALUE && (holdsAlways || !mode.delaysOctets());
  }

  /** What limits if no records are written any more: nothing but what is kept back. */
  CommitLimit withoutRecords() {
    if (heldFrom == Long.MAX_VALUE) {
      return OFF;
    }
    CommitLimit limit = new CommitLimit(edits(), CommitMode.NONE);
    limit.holdFrom(heldFrom, holdsAlways);
    return limit;
  }

  /** Ends what {@link #hold} or {@link #holdFrom} began. */
  public void endHold() {
    heldFrom = Long.MAX_VALUE;
    holdsAlways = false;
  }

  /** What the last record holds. */
  public DecisionMark written() {
    return written;
  }

  /** What the last committed record holds. */
  public DecisionMark committed() {
    return committed;
  }

  /** Notes that a record was written of all that is decided and wanted now. */
  public void noteWritten() {
    if (isOn()) {
      written.set(edits(), custodyWanted);
    }
  }

  /**
   * Notes that a record is committed that held what {@code mark} says.
   *
   * @return whether something may have waited for it
   */
  public boolean noteCommitted(DecisionMark mark) {
    if (!isOn()) {
      return false;
    }
    boolean isAwaited =
        mode.delaysAcknowledgements()
            || delaysOctets()
            || isPositionOld()
            || !mark.isPassedSince(committed);
    committed.set(mark);
    known = true;
    custodyCommitted = Math.max(custodyCommitted, mark.custody());
    return isAwaited;
  }

  /** Notes that all is committed, because it was read from what another engine committed. */
  public void commitAll() {
    if (isOn()) {
      requestCustody(edits().custodyEnd());
    }
    noteWritten();
    noteCommitted(written);
  }
}
