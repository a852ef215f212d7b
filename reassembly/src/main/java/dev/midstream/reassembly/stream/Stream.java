package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.FoldPolicy;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.OctetSlice;
import dev.midstream.reassembly.store.ReleasedOctets;
import dev.midstream.reassembly.store.SecondCopies;
import dev.midstream.reassembly.store.UndecidedOctets;
import io.netty.buffer.ByteBufAllocator;

/**
 * One direction of an inspected connection: its numbers, its commands and the octets kept of it.
 */
public final class Stream {
  /*
   *  original   ...... D ............... held ...... gap ...... delayed
   *             decided   undecided            not here yet
   *
   *  new        ... A ............ rel ........... N
   *             acknowledged  released    waits for the window
   *
   * While a span is opaque nothing is undecided.
   */
  private final SequenceSpace space;
  private final long firstCopyBytes;
  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final FoldPolicy folding;
  private final FinMap fin = new FinMap(map);
  private final SackMap sack = new SackMap(map, fin);
  private final WindowMap window = new WindowMap(map);
  private final OpaqueSpan opaque = new OpaqueSpan(map);
  private final UndecidedOctets undecided;
  private final DelayedSegments delayed;
  private final ReleasedOctets released;
  private final SecondCopies secondCopies;
  private final PushMarks pushMarks = new PushMarks();
  private final SenderHeaders headers = new SenderHeaders();
  private final SendWindow sendWindow = new SendWindow();
  private final WaitTimes waitTimes = new WaitTimes();
  private final TsRecent tsRecent = new TsRecent();
  private final RttEstimator rtt = new RttEstimator();
  private final Custody custody = new Custody();
  private final RetransmitState retransmit = new RetransmitState();
  private final Pacer pacer = new Pacer();
  private final AgentCursor cursor = new AgentCursor();
  private final PendingAcks pendingAcks = new PendingAcks();
  private int segmentLimitBytes = 536;
  private long releasedEnd;
  private long repliedEnd;
  private long orgSeenEnd;

  public Stream(
      SequenceSpace space,
      int commandCeiling,
      long firstCopyBytes,
      ByteBufAllocator allocator,
      MemoryBudget budget) {
    this.space = space;
    folding = new FoldPolicy(map, commandCeiling);
    this.firstCopyBytes = firstCopyBytes;
    undecided = new UndecidedOctets(allocator, budget);
    delayed = new DelayedSegments(allocator, budget);
    released = new ReleasedOctets(allocator, budget);
    secondCopies = new SecondCopies(allocator, budget);
  }

  /** Turns wire numbers of this direction into offsets and back; the same for both spaces. */
  public SequenceSpace space() {
    return space;
  }

  /** The modification commands. */
  public CommandList commands() {
    return commands;
  }

  /** The mapping between original and new space. */
  public OffsetMap map() {
    return map;
  }

  /** Maps SACK blocks about this direction. */
  public SackMap sack() {
    return sack;
  }

  /** Maps the window of the end that receives this direction. */
  public WindowMap window() {
    return window;
  }

  /** What of this direction nobody wants to see. */
  public OpaqueSpan opaque() {
    return opaque;
  }

  /** Says when commands are folded into the base, and whether there are too many. */
  public FoldPolicy folding() {
    return folding;
  }

  /** What came in order and is not decided. */
  public UndecidedOctets undecided() {
    return undecided;
  }

  /** What waits behind a gap. */
  public DelayedSegments delayed() {
    return delayed;
  }

  /** First copies of what is decided and not acknowledged. */
  public ReleasedOctets released() {
    return released;
  }

  /** What octets that come again are judged by. */
  public SecondCopies secondCopies() {
    return secondCopies;
  }

  /** Where the sender set PSH on octets that are not released. */
  public PushMarks pushMarks() {
    return pushMarks;
  }

  /** The newest headers of the end that sends this direction. */
  public SenderHeaders headers() {
    return headers;
  }

  /** What the end that receives this direction has acknowledged. */
  public SendWindow sendWindow() {
    return sendWindow;
  }

  /** The time stamp that the receiver of this direction measures old segments by. */
  public TsRecent tsRecent() {
    return tsRecent;
  }

  /** The round trip from the engine to the receiver and back. */
  public RttEstimator rtt() {
    return rtt;
  }

  /** What the sender was told that the receiver has not. */
  public Custody custody() {
    return custody;
  }

  /** When the engine repeats what it owes to the receiver. */
  public RetransmitState retransmit() {
    return retransmit;
  }

  /** How far what waited behind a gap may leave. */
  public Pacer pacer() {
    return pacer;
  }

  /** What the sender is to be told although the receiver has said nothing. */
  public PendingAcks pendingAcks() {
    return pendingAcks;
  }

  /** Since when this direction waits for something. */
  public WaitTimes waitTimes() {
    return waitTimes;
  }

  /** Notes the largest segment the receiver takes, its options included (RFC 6691). */
  public void limitSegments(int bytes) {
    segmentLimitBytes = bytes;
  }

  /** The largest segment the receiver takes, its options included. */
  public int segmentLimitBytes() {
    return segmentLimitBytes;
  }

  /** D: the end of what is decided, in original space. */
  public long decided() {
    return map.decided();
  }

  /** The next octet to come: the end of what is held without a gap, in original space. */
  public long heldEnd() {
    return map.decided() + undecided.length();
  }

  /** N: the end of the decided output, in new space. */
  public long newEnd() {
    return map.newEnd();
  }

  /** rel: the end of what was released, in new space. */
  public long releasedEnd() {
    return releasedEnd;
  }

  /**
   * own: the end of what the engine repeats by itself, in new space, because the sender was told
   * that it arrived, or because it was put in where nothing of the sender is outstanding. An edit
   * that the sender still has to repeat a part of is the sender's.
   */
  public long newOwned() {
    long shown = sendWindow.shown();
    if (shown > decided()) {
      return newEnd();
    }
    if (commands.isEmpty()) {
      return Math.min(Math.max(shown, commands.basePosition()) + commands.offset(), newEnd());
    }
    return map.isCut(shown) ? Math.min(map.after(shown), newEnd()) : map.before(shown);
  }

  /** Whether the sender was told of octets that the receiver has not acknowledged. */
  public boolean isOwing() {
    return newOwned() > sendWindow.acknowledged() || !custody.vouched().isEmpty();
  }

  /** Whether the sender was told of octets that are undecided, or that the engine repeats. */
  public boolean isPromised() {
    return custody.edge() > decided() || isOwing();
  }

  /**
   * Whether the ends would go wrong if numbers were not rewritten any more: they count differently,
   * what was edited may still have to be repeated, or the engine owes octets.
   */
  public boolean isBound() {
    boolean unconfirmed =
        !commands.isEmpty() && commands.newEnd(commands.size() - 1) > sendWindow.acknowledged();
    return commands.offset() != 0 || unconfirmed || isPromised();
  }

  /** What the sender of the new stream would send next: behind its FIN once that has left. */
  public long newNext() {
    return fin.isReleased() ? fin.newFin() + 1 : releasedEnd;
  }

  /** Moves the end of what was released; never back. */
  public void releaseTo(long newPosition) {
    releasedEnd = Math.max(releasedEnd, newPosition);
  }

  /** Decides that the next octets, from {@code from} of a place, go as they are; keeps them. */
  public void pass(OctetSlice place, int from, int length) {
    released.append(newEnd(), place, from, length);
    map.decideTo(decided() + length);
    keepWithinBound();
  }

  /** Decides that the next {@code orgLength} octets become {@code octets}. */
  public void replace(int orgLength, Octets octets) {
    released.append(newEnd(), octets);
    long org = decided();
    commands.append(org, orgLength, octets);
    map.decideTo(org + orgLength);
    keepWithinBound();
  }

  /** Puts {@code octets} in front of what is undecided, for something the other end said. */
  public void reply(Octets octets) {
    replace(0, octets);
    repliedEnd = newEnd();
  }

  /** Whether the receiver has not acknowledged every reply that was put in. */
  public boolean isReplyUnread() {
    return repliedEnd > sendWindow.acknowledged();
  }

  /**
   * Begins at {@code orgPosition}, if that is further on: what lies before it left before the
   * connection was picked up, and what is held of it is only repeated.
   */
  public void beginAt(long orgPosition) {
    if (orgPosition > heldEnd()) {
      undecided.dropFront(undecided.length());
      cursor.begin();
      seen(orgPosition);
      map.decideTo(orgPosition);
      releaseTo(newEnd());
    }
  }

  /** Decides the next octets without keeping anything of them. */
  public void passUnkept(long length) {
    map.decideTo(decided() + length);
  }

  /** Whether nothing is missing before the first delayed segment but opaque octets. */
  public boolean isDelayedNext() {
    if (delayed.isEmpty()) {
      return false;
    }
    long start = delayed.firstStart();
    boolean jumps = opaque.isOpen() && undecided.length() == 0 && start <= opaque.end();
    return start <= heldEnd() || jumps;
  }

  /**
   * Whether nothing of it waits for anything: no octets are held, delayed or kept back, none are
   * opaque, and neither a gap nor its end was seen.
   */
  public boolean isQuiet() {
    return undecided.length() == 0
        && newEnd() == releasedEnd
        && delayed.isEmpty()
        && !fin.isKnown()
        && !opaque.isOpen()
        && waitTimes.gapSinceNanos() == WaitTimes.NEVER;
  }

  /** Notes the end of a segment of the sender. */
  public void seen(long orgEnd) {
    orgSeenEnd = Math.max(orgSeenEnd, orgEnd);
  }

  /** The highest end of a segment seen from the sender, in original space. */
  public long orgSeenEnd() {
    return orgSeenEnd;
  }

  /** What the sender would send next, as far as it was seen: behind its FIN once that came. */
  public long orgNext() {
    return fin.isKnown() ? Math.max(orgSeenEnd, fin.orgFin() + 1) : orgSeenEnd;
  }

  /** Where the sender's stream ends, in both spaces. */
  public FinMap fin() {
    return fin;
  }

  /** Whether all octets up to the sender's FIN have come in order. */
  public boolean isComplete() {
    return fin.isKnown() && heldEnd() >= fin.orgFin();
  }

  /** Whether the sender's FIN came before octets that are still missing. */
  public boolean isFinAhead() {
    return fin.isKnown() && heldEnd() < fin.orgFin();
  }

  /** Whether the receiver has acknowledged the FIN. */
  public boolean isFinAcknowledged() {
    return fin.isReleased() && sendWindow.acknowledged() > fin.newFin();
  }

  /** Whether something is missing before octets, or an end, that were seen. */
  public boolean isGapOpen() {
    return heldEnd() < orgSeenEnd || isFinAhead();
  }

  /** What the agent was shown of this direction, and what it waits for. */
  public AgentCursor cursor() {
    return cursor;
  }

  /** Whether anything was ever edited. */
  public boolean isEdited() {
    return commands.offset() != 0 || !commands.isEmpty();
  }

  /** Where nobody acknowledges (a recording of one side), the oldest first copies give way. */
  private void keepWithinBound() {
    if (released.length() > firstCopyBytes) {
      released.freeBelow(Math.min(releasedEnd, newEnd() - firstCopyBytes));
    }
  }

  /** Forgets all octets. */
  public void free() {
    undecided.free();
    delayed.free();
    released.free();
    secondCopies.free();
  }
}
