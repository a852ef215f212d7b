package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.reassembly.store.ReleasedOctets;
import java.lang.foreign.MemorySegment;

/**
 * The octets of one direction that passed, and that the records left out with which this engine
 * took over ({@link FirstCopies#COMMANDS}). Their sender has them still. They are first copies from
 * when it repeats them, as they were for the engine before; until then the engine cannot send them,
 * nor what follows them, and takes nothing beyond them into custody. Derived state.
 */
public final class OmittedOctets {
  /*
   *  new   A .. | edit | omitted | edit |  omitted  | edit | .. N
   *                                                ^ end
   *
   * Opaque octets are not kept either, but they left when they came: no octet below the end of those
   * counts as omitted.
   */
  /** No segment overtakes others by as much. */
  private static final long OVERTAKING_NANOS = 3_000_000_000L;

  private static final long NONE = -1;

  private final OffsetMap map;
  private final OpaqueSpan opaque;
  private final ReleasedOctets copies;
  private long end;
  private long foundEnd;
  private long foundNanos;
  private byte doubtful;
  private long doubtfulStart = NONE;

  OmittedOctets(OffsetMap map, OpaqueSpan opaque, ReleasedOctets copies) {
    this.map = map;
    this.opaque = opaque;
    this.copies = copies;
  }

  /**
   * Notes which octets the records left out, once these are read at {@code nowNanos}.
   *
   * @throws MalformedState if octets that edits put in are among them
   */
  public void noteMissing(long nowNanos) {
    requireInserted();
    foundNanos = nowNanos;
    foundEnd = map.newEnd();
    update(foundEnd);
  }

  private void requireInserted() {
    CommandList commands = map.commands();
    for (int i = commands.countOutputEndingAt(start()); i < commands.size(); i++) {
      boolean isKept = copies.pieceCount(commands.newSeq(i), commands.newEnd(i)) > 0;
      if (commands.newLength(i) > 0 && commands.newSeq(i) >= start() && !isKept) {
        throw new MalformedState("octets of an edit are missing: from=" + commands.newSeq(i));
      }
    }
  }

  private void update(long newEnd) {
    long start = start();
    long last = copies.lastMissingEnd(start, newEnd);
    end = last > start ? last : 0;
  }

  private long start() {
    return Math.max(copies.freedBelow(), map.before(opaque.unstoredEnd()));
  }

  /** Whether some beyond {@code newPosition} have not come again. */
  public boolean isAnyBeyond(long newPosition) {
    return end > newPosition;
  }

  /** Whether the octet at {@code newPosition}, which is not opaque, is missing. */
  public boolean isMissing(long newPosition) {
    return end > newPosition && copies.lengthAt(newPosition) == 0;
  }

  /**
   * Whether output waits for one at {@code newPosition} that this engine made: its sender need not
   * repeat anything, if only its receiver's acknowledgement is not known here.
   */
  public boolean isOutputDelayedAt(long newPosition, boolean isEnded) {
    return isMissing(newPosition) && (isEnded || map.newEnd() > foundEnd);
  }

  /** The end of what can be sent of [newFrom, newTo), which has left to no receiver yet. */
  public long presentEnd(long newFrom, long newTo) {
    return end > newFrom ? Math.min(newTo, Math.max(newFrom, copies.keptEnd(newFrom))) : newTo;
  }

  /**
   * Keeps those of the decided octets [orgStart, orgEnd), which come again from their sender, that
   * are missing.
   *
   * @param offset where the octet at {@code orgStart} lies in {@code memory}
   */
  public void keep(long orgStart, long orgEnd, MemorySegment memory, long offset) {
    if (end <= copies.freedBelow()) {
      return;
    }
    CommandList commands = map.commands();
    long from = Math.max(orgStart, commands.basePosition());
    int index = commands.countStartingBelow(from);
    if (index > 0) {
      from = Math.max(from, commands.orgEnd(index - 1));
    }
    for (; from < orgEnd; index++) {
      boolean more = index < commands.size();
      long to = more ? Math.min(orgEnd, commands.orgSeq(index)) : orgEnd;
      keepPassed(from, to, commands.offsetBefore(index), memory, offset - orgStart);
      from = more ? Math.max(to, commands.orgEnd(index)) : orgEnd;
    }
    update(end);
  }

  /**
   * Notes one octet at {@code orgPosition}, of the decided ones. It may be the garbage of a
   * keep-alive, whose sender has the acknowledgement of all that it sent (RFC 9293 section 3.8.4).
   */
  public void noteDoubtful(long orgPosition, byte octet) {
    doubtful = octet;
    doubtfulStart = orgPosition;
  }

  /**
   * Keeps the octet that was noted if its receiver lacks it: then no engine has acknowledged it,
   * and its sender repeats it.
   *
   * @param newPosition what the receiver acknowledges, as a segment says that arrives at {@code
   *     nowNanos}; another engine may have passed a later one until it died
   */
  void acceptDoubtful(long newPosition, long nowNanos) {
    if (doubtfulStart == NONE || nowNanos - foundNanos < OVERTAKING_NANOS) {
      return;
    }
    if (doubtfulStart < map.decided() && newPosition <= map.after(doubtfulStart)) {
      MemorySegment octet = MemorySegment.ofArray(new byte[] {doubtful});
      keep(doubtfulStart, doubtfulStart + 1, octet, 0);
    }
    doubtfulStart = NONE;
  }

  private void keepPassed(
      long orgFrom, long orgTo, long shift, MemorySegment memory, long memoryShift) {
    long newFrom = Math.max(orgFrom + shift, start());
    long newTo = Math.min(orgTo + shift, end);
    if (newFrom < newTo && mayKeep(newFrom, newTo)) {
      copies.fill(newFrom, memory, newFrom - shift + memoryShift, (int) (newTo - newFrom));
    }
  }

  /** Whether [newFrom, newTo) take no place of their own among too many, or are worth it. */
  private boolean mayKeep(long newFrom, long newTo) {
    return !copies.isCrowded()
        || newTo - newFrom >= RecordedCopies.NEAR_BYTES
        || copies.lengthAt(newFrom - 1) > 0;
  }
}
