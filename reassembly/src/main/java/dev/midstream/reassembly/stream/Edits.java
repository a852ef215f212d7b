package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.FoldPolicy;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.store.MemoryAccount;
import dev.midstream.reassembly.store.ReleasedOctets;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The decisions about the octets of one direction, and the promises made to its sender.
 *
 * <p>The essential state of a direction is: the initial sequence number, the commands and their
 * base, D, the place of a settled FIN in both spaces, what {@link OpaqueSpan} and {@link
 * DroppedSpan} name, whether the agent is to be called at the end of a span, the first copies, K,
 * the undecided octets below K (in {@link SenderSide}), whether an edit was counted, and what
 * {@link EcnState} names. The rest of a {@link Stream} is derived from it and from the handshake,
 * or is learned again from the next packets of both ends.
 */
public final class Edits {
  private final SequenceSpace space;
  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final FoldPolicy folding;
  private final FinMap fin = new FinMap(map);
  private final SackMap sack = new SackMap(map, fin);
  private final OpaqueSpan opaque = new OpaqueSpan(map);
  private final DroppedSpan dropped = new DroppedSpan(map);
  private final ReleasedOctets firstCopies;
  private final OmittedOctets omitted;
  private long custodyEnd;
  private long count;
  private boolean spanEndOwed;
  private CommitLimit commit = CommitLimit.OFF;
  private @Nullable Edits other;

  Edits(
      SequenceSpace space, int commandCeiling, ByteBufAllocator allocator, MemoryAccount account) {
    this.space = space;
    folding = new FoldPolicy(commands, commandCeiling);
    firstCopies = new ReleasedOctets(allocator, account);
    omitted = new OmittedOctets(map, opaque, firstCopies);
  }

  SequenceSpace space() {
    return space;
  }

  /** The modification commands that are not folded yet. */
  public CommandList commands() {
    return commands;
  }

  /** The mapping between original and new space. */
  public OffsetMap map() {
    return map;
  }

  /** Maps SACK blocks between the two spaces. */
  public SackMap sack() {
    return sack;
  }

  /** The end of the stream in both spaces. */
  public FinMap fin() {
    return fin;
  }

  /** When commands are folded into the base, and whether there are too many. */
  public FoldPolicy folding() {
    return folding;
  }

  /** How far the decisions are committed. */
  public CommitLimit commit() {
    return commit;
  }

  /** Begins to limit what leaves and is acknowledged to what is committed, as {@code mode} says. */
  public void beginCommit(CommitMode mode) {
    commit = new CommitLimit(this, mode);
  }

  /** Limits nothing any more, but what {@link #holdFrom} keeps back. */
  public void stopCommit() {
    commit = commit.withoutRecords();
  }

  /**
   * Keeps back what lies beyond {@code newPosition}, whether or not records are written, until
   * {@link CommitLimit#endHold}. Octets that wait for the receiver's window already may leave.
   *
   * @param always also where every decided octet waits: these may count as committed, because they
   *     were decided when no records were kept
   */
  public void holdFrom(long newPosition, boolean always) {
    if (commit == CommitLimit.OFF) {
      commit = new CommitLimit(this, CommitMode.NONE);
    }
    commit.holdFrom(newPosition, always);
  }

  /** Begins at {@code orgPosition}: octets before it left before the pick-up, also decided ones. */
  void beginAt(long orgPosition) {
    map.decideTo(Math.max(map.decided(), orgPosition));
    commit.notePassedBefore(orgPosition);
  }

  /** Whether a FIN is settled and unsent, and may leave now, after {@code newEnd}. */
  public boolean isFinPending(long newEnd) {
    return fin.isPending(newEnd) && commit.allowsFin();
  }

  /** Whether a FIN is settled and unsent, and waits for its record after {@code newEnd}. */
  public boolean isFinKeptBack(long newEnd) {
    return fin.isPending(newEnd) && !commit.allowsFin();
  }

  /** The octets that the agent asked not to see. */
  public OpaqueSpan opaque() {
    return opaque;
  }

  /** The octets that the agent deletes without seeing them. */
  public DroppedSpan dropped() {
    return dropped;
  }

  /** Makes all octets opaque that are not decided yet, those of a dropped span excepted. */
  public void makeRestOpaque() {
    opaque.beginRest(Math.max(map.decided(), dropped.end()));
  }

  /** Deletes all octets that are not decided yet, also those of an opaque span. */
  public void dropRest() {
    opaque.stop();
    dropped.beginRest();
  }

  /** Ends the stream with a FIN of the engine after what is decided; the rest must be deleted. */
  public void finish() {
    fin.finish();
  }

  /** Ends the stream as {@link #finish}; the engine is to see to it that the FIN arrives. */
  public void takeFin() {
    fin.finish();
    fin.adopt();
  }

  /** Sets whether the agent is to be called once when the last octet of a span has come. */
  public void setSpanEndOwed(boolean owed) {
    spanEndOwed = owed;
  }

  /** Notes which decisions are those about the other direction of the connection. */
  public void joinWith(Edits reverse) {
    other = reverse;
  }

  /**
   * Whether the sender may close when its FIN is acknowledged, although the other end does not: the
   * engine ended the other stream with a FIN of its own.
   */
  boolean isSenderFinished() {
    return other != null && other.fin.isOwn();
  }

  /** Whether the FIN of the other direction is settled. */
  public boolean isReverseEnded() {
    return other != null && other.fin.isSettled();
  }

  /** Whether the agent is to be called once when the last octet of a span has come. */
  public boolean isSpanEndWanted() {
    return spanEndOwed;
  }

  /** Whether the agent is to be called now, because a span has ended. */
  public boolean isSpanEndOwed() {
    return spanEndOwed && !isSpanOpen();
  }

  /** Whether the next octets are dropped or opaque, so that no agent decides them. */
  public boolean isSpanOpen() {
    return dropped.isOpen() || opaque.isOpen();
  }

  /** The end of the present span, in original space; D if none is open. */
  long spanEnd() {
    return dropped.isOpen() ? dropped.end() : opaque.isOpen() ? opaque.end() : map.decided();
  }

  /** First copies of the decided octets that the receiver has not acknowledged. */
  public ReleasedOctets firstCopies() {
    return firstCopies;
  }

  /** Octets that are missing among the first copies, because no record held them. */
  public OmittedOctets omitted() {
    return omitted;
  }

  /** K: all original octets below it were acknowledged to the sender. It never decreases. */
  public long custodyEnd() {
    return custodyEnd;
  }

  /** The end of the octets that are in custody, or of which a record was asked for, to be so. */
  public long recordedCustodyEnd() {
    return Math.max(custodyEnd, commit.custodyWanted());
  }

  void advanceCustody(long orgPosition) {
    custodyEnd = Math.max(custodyEnd, orgPosition);
  }

  /** Folds every acknowledged command if there are too many. */
  public void makeRoom(long newAcknowledged) {
    commit.noteReceived(newAcknowledged);
    folding.makeRoom(newAcknowledged);
  }

  /** Frees the first copies below {@code newAcknowledged}. */
  public void freeBelow(long newAcknowledged) {
    firstCopies.freeBelow(newAcknowledged);
  }

  /** Folds commands as {@link FoldPolicy#fold} says. */
  void fold(long newAcknowledged, long windowBytes, long rtoNanos, long nowNanos) {
    commit.noteReceived(newAcknowledged);
    folding.fold(newAcknowledged, windowBytes, rtoNanos, nowNanos);
  }

  /**
   * Writes all that is essential but the first copies.
   *
   * @param orgCustody K, or what it may become when this is committed
   * @param all whether all that has come has left, decided or not
   */
  void writeEssential(StateWriter out, long orgCustody, boolean all) {
    commands.write(out);
    out.number(map.decided() - commands.orgEnd());
    fin.writeEssential(out, all);
    opaque.write(out);
    dropped.write(out);
    out.number(orgCustody);
    out.number(count);
    out.flags(spanEndOwed);
  }

  void readEssential(StateReader in) {
    commands.read(in);
    map.decideTo(in.positionAfter(commands.orgEnd()));
    fin.readEssential(in);
    opaque.read(in);
    dropped.read(in);
    custodyEnd = in.position();
    count = in.position();
    spanEndOwed = in.count(1) != 0;
  }

  /** Writes what {@link #writeEssential} leaves out. */
  void writeRest(StateWriter out, long nowNanos) {
    fin.writeRest(out);
    out.flags(folding.isMarked());
    if (folding.isMarked()) {
      folding.write(out, nowNanos);
    }
  }

  void readRest(StateReader in, long nowNanos) {
    fin.readRest(in);
    if (in.count(1) != 0) {
      folding.read(in, nowNanos);
    }
  }

  /** Releases memory that the commands and the first copies do not need. */
  void trim() {
    commands.trim();
    firstCopies.trim();
  }

  /** Notes the sender's FIN; returns false if an earlier one had another position. */
  public boolean arriveFin(long orgPosition) {
    return fin.arrive(orgPosition);
  }

  /**
   * Whether all decided octets that the receiver has not acknowledged are kept. Opaque ones are
   * not, nor those that a record left out.
   */
  public boolean isKeptFrom(long newAcknowledged) {
    return opaque.isKeptFrom(map.acknowledgement(newAcknowledged))
        && !omitted.isAnyBeyond(newAcknowledged);
  }

  /** Removes the FIN, because octets beyond it arrived, unless it is settled. */
  public void withdrawFin() {
    fin.withdraw();
  }

  /** Settles the FIN if everything before it is decided. */
  public void settleFin() {
    fin.settle();
  }

  /** Notes that the receiver acknowledged the FIN, which left before this stream was seen. */
  public void noteFinAcknowledgedBefore() {
    fin.noteAcknowledgedBefore();
  }

  /** Notes that the FIN was sent, for the first time or again. */
  public void releaseFin() {
    fin.release();
  }

  /** Whether an agent decides octets that come, or the end: not if all the rest is decided. */
  public boolean needAgent() {
    return !opaque.isEndless() && !dropped.isEndless() && !fin.isSettled();
  }

  /** Whether the stream has no edit and will have none, because all the rest is opaque. */
  public boolean areOver() {
    return opaque.isEndless() && count == 0;
  }

  /**
   * Whether a FIN at {@code orgFin} passes as it came: it lies among opaque octets, and others
   * beyond it have passed. Its receiver decides which of them are right. A position below the base
   * of the commands has no exact place any more.
   */
  public boolean isFinAmongOpaque(long orgFin) {
    boolean ends = fin.isKnown() || fin.isOwn();
    return !ends && opaque.hasPassed(orgFin) && orgFin >= commands.basePosition();
  }

  /**
   * Whether a FIN at {@code orgFin} of a stream that was picked up is from before: octets beyond it
   * were seen first, and none with its number.
   */
  public boolean isFinBefore(long orgFin) {
    return orgFin < map.decided() && !fin.isKnown() && firstCopies.lengthAt(map.after(orgFin)) == 0;
  }

  /** Sets what a record says of the edits, and of the end of a span. */
  void setCount(long edits, boolean isSpanEndOwed) {
    count = edits;
    spanEndOwed = isSpanEndOwed;
  }

  /** Counts an edit that the agent decided, whether it was applied or only monitored. */
  public void countEdit() {
    count++;
  }

  /** Edits that the agent decided. */
  public long count() {
    return count;
  }

  /** Whether the two ends count octets differently, or an edit may still have to be mapped. */
  public boolean hasAny() {
    return isShifted() || !commands.isEmpty();
  }

  /** Whether the two ends count octets differently, or the FIN of the engine. */
  boolean isShifted() {
    return commands.offset() != 0 || fin.isOwn();
  }
}
