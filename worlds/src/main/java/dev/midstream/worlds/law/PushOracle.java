package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks the PSH marks that one receiver gets (law 1). Where an octet leaves for the first time
 * that its sender had pushed, the last segment of this call with octets has PSH, or one that ends
 * in between. Left out are octets that an edit replaced, those that arrived with a mark and without
 * one, and marks beyond the newest 64. Nothing without octets or FIN has PSH, and no new octets
 * have it if no pushed octet was in front of their end.
 */
final class PushOracle implements BoxObserver {
  /** As many marks are kept. */
  private static final int MOST = 64;

  private final Direction direction;
  private final Leg sender;
  private final WholeStream stream;
  private final boolean replied;

  /** Original ends of pushed octets that have not left, and those that may have been pushed. */
  private final TreeSet<Long> pushed = new TreeSet<>();

  private final TreeSet<Long> possible = new TreeSet<>();

  /** Original octets that arrived without a mark at their end. */
  private final RangeSet unpushed = new RangeSet();

  /** Starts and ends of opaque octets that left despite a gap before them. */
  private final TreeMap<Long, Long> beyondGap = new TreeMap<>();

  private long leftEnd;
  private long leftBefore;
  private long inheritedEnd;
  private long dueEnd = Long.MIN_VALUE;
  private long dueNanos;
  private boolean causePushed;

  /**
   * Checks what the receiver of {@code direction} gets.
   *
   * @param replied whether an agent may put in replies, which are pushed
   */
  PushOracle(Direction direction, WholeStream stream, boolean replied) {
    this.direction = direction;
    this.stream = stream;
    this.replied = replied;
    sender = Ends.legOfSender(direction);
  }

  @Override
  public void begins(long nowNanos) {
    require(dueEnd == Long.MIN_VALUE, "PSH is lost", dueEnd, dueNanos);
    leftBefore = leftEnd;
    causePushed = false;
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    if (leg != sender || segment.view().payloadLength() == 0) {
      return;
    }
    long end = segment.payloadEnd();
    boolean psh = segment.view().isPsh();
    causePushed = psh;
    // A mark on octets that came before without it is one of a duplicate, which is not delivered.
    boolean known = !psh || possible.contains(end) || unpushed.contains(end - 1, end);
    if (!psh) {
      unpushed.addUnbounded(segment.start(), end);
    }
    pushed.subSet(segment.start() + 1, end).clear();
    if (!psh) {
      pushed.remove(end);
    } else if (!known) {
      pushed.add(end);
    }
    if (psh) {
      possible.add(end);
    }
    while (!pushed.isEmpty() && possible.tailSet(pushed.getFirst()).size() > MOST) {
      pushed.pollFirst();
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    if (leg == sender || segment.view().isRst()) {
      return;
    }
    long end = segment.payloadEnd();
    boolean psh = segment.view().isPsh();
    boolean carries = segment.end() > segment.start();
    require(!psh || carries, "PSH without octets", end, nowNanos);
    if (segment.start() <= leftEnd && end > leftEnd) {
      noteDue(end, nowNanos);
      boolean fits = replied || causePushed || isPossible(leftBefore, end);
      boolean again = segment.start() < Math.max(leftBefore, inheritedEnd);
      require(!psh || again || fits, "PSH was not set", end, nowNanos);
      leftEnd = end;
    } else if (segment.start() > leftEnd && carries) {
      beyondGap.merge(segment.start(), end, Math::max);
    }
    while (!beyondGap.isEmpty() && beyondGap.firstKey() <= leftEnd) {
      leftEnd = Math.max(leftEnd, beyondGap.pollFirstEntry().getValue());
    }
    if (psh && end >= dueEnd) {
      dueEnd = Long.MIN_VALUE;
    }
  }

  /**
   * Another box knows no marks, and may take octets that are decided for such that have left, which
   * leave again with PSH.
   */
  @Override
  public void dies(Death death, long nowNanos) {
    pushed.clear();
    inheritedEnd = Math.max(inheritedEnd, death.newEnd(direction));
  }

  /** Notes the pushed octets that leave for the first time in a segment that ends here. */
  private void noteDue(long newEnd, long nowNanos) {
    while (!pushed.isEmpty() && stream.newOffsetOf(pushed.getFirst()) <= newEnd) {
      long orgEnd = pushed.pollFirst();
      long end = stream.newOffsetOf(orgEnd);
      if (isUnedited(orgEnd) && end > leftEnd) {
        dueEnd = end;
        dueNanos = nowNanos;
      }
    }
  }

  /** Whether the octet before {@code orgEnd} leaves as one octet. */
  private boolean isUnedited(long orgEnd) {
    return stream.newOffsetOf(orgEnd) - stream.newOffsetOf(orgEnd - 1) == 1;
  }

  /**
   * Whether a mark may stand behind {@code newStart} and before {@code newEnd}. What an agent put
   * in after a pushed octet is pushed with it, also if it leaves later.
   */
  private boolean isPossible(long newStart, long newEnd) {
    for (long orgEnd : possible.tailSet(stream.orgOffsetOf(newStart - 1))) {
      long end = stream.newOffsetOf(orgEnd);
      if (end > newEnd) {
        return false;
      }
      if (stream.newEndOf(orgEnd) > newStart || !isUnedited(orgEnd)) {
        return true;
      }
    }
    return false;
  }

  private void require(boolean holds, String what, long newEnd, long nowNanos) {
    LawBroken.unless(
        holds,
        Law.FIDELITY,
        () -> what + ": direction=" + direction + " newEnd=" + newEnd + " nanos=" + nowNanos);
  }
}
