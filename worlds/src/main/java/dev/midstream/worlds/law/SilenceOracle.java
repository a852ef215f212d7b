package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Checks that held octets pass undecided only after a silence of the hold time: nothing new came,
 * nothing was missing before the box, and the sender had room for an octet. On perfect wires what
 * the sender has written beyond is on its way. If the box has refused what follows, or has
 * forgotten it after a gap, its sender sends it again after a timeout, and the hold time begins
 * when nothing came in order for 100 s.
 */
final class SilenceOracle implements BoxObserver {
  /** Round trips between a sender and the box within a hold time, so that its ACK is in time. */
  private static final int TRIPS = 4;

  private final Map<Direction, Sender> senders = new EnumMap<>(Direction.class);
  private final Windows windows = new Windows();
  private final WatchedAgent agent;
  private final long holdNanos;
  private final boolean perfect;

  /** Whether what comes while no engine works is lost. */
  private final boolean losing;

  private final boolean refusing;
  private final long delayNanos;
  private final int boxPercent;

  /** What arrived of one direction, and since when its sender could have sent more. */
  private static final class Sender {
    private final RangeSet arrived = new RangeSet();
    private final ForgottenGap gap = new ForgottenGap();

    /** When all octets below a position had arrived in order. */
    private final NavigableMap<Long, Long> inOrder = new TreeMap<>();

    private long ableNanos;

    /** The end of what arrived at a box that died, and is sent again at a backed off timeout. */
    private long lostEnd;

    private long passedEnd;
    private long dueNanos = Long.MAX_VALUE;

    long arrivedEnd() {
      return arrived.size() == 0 ? 0 : arrived.end(arrived.size() - 1);
    }

    /** The earliest time when the box may have given up what follows {@code end}. */
    private long endOfGapNanos(long end) {
      return Objects.requireNonNull(inOrder.ceilingEntry(end)).getValue() + ForgottenGap.GAP_NANOS;
    }
  }

  /** Checks what {@code agent} notes to have passed in {@code world}. */
  SilenceOracle(SimulatedWorld world, WatchedAgent agent) {
    this.agent = agent;
    refusing = world.engine().isShortOfMemory();
    holdNanos = world.engine().limits().holdNanos();
    delayNanos = world.path().delayNanos();
    boxPercent = world.path().boxPercent();
    // An end that takes its window back refuses the ACKs of what was sent before.
    boolean shrinks =
        world.client().options().has(Behaviour.SHRINKING_WINDOW)
            || world.server().options().has(Behaviour.SHRINKING_WINDOW);
    // The ACK that a sender waits for leaves after half of the hold time and what its record takes.
    boolean inTime = 2 * delayNanos + recordNanos(world.engine().commits()) < holdNanos / 2;
    losing = world.engine().commits().darkNanos() > 0;
    perfect = !world.path().isFaulty() && !shrinks && inTime && 2 * TRIPS * delayNanos < holdNanos;
    for (Direction each : Direction.values()) {
      senders.put(each, new Sender());
    }
  }

  /** The longest time until what was decided is in a record that is committed. */
  private static long recordNanos(CommitPlan commits) {
    long intervalNanos = commits.mode().writesAtIntervals() ? CommitLog.INTERVAL_NANOS : 0;
    return intervalNanos + commits.delayNanos();
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    noteBlocked(nowNanos);
    windows.arrives(leg, segment, nowNanos);
    Sender sender = sender(Ends.directionFrom(leg));
    long start = Math.max(0, segment.start());
    // Octets on a SYN may wait for their retransmission.
    if (segment.payloadEnd() > start && !segment.view().isSyn()) {
      long before = sender.arrived.firstOutside(0);
      sender.arrived.addUnbounded(start, segment.payloadEnd());
      sender.gap.arrive(start, segment.payloadEnd(), nowNanos);
      long next = sender.arrived.firstOutside(0);
      if (next > before) {
        sender.inOrder.put(next, nowNanos);
        sender.ableNanos = nowNanos;
        checkOnItsWay(sender, nowNanos);
      }
    }
    noteBlocked(nowNanos);
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    noteBlocked(nowNanos);
    windows.leaves(leg, segment, nowNanos);
  }

  /**
   * Another box has what is decided or in custody; their senders send the rest again. They may send
   * what the box before promised to let in. What passed may be held again. What is on its way may
   * be lost.
   */
  @Override
  public void dies(Death death, long nowNanos) {
    senders.forEach((direction, sender) -> {
      sender.lostEnd = Math.max(sender.lostEnd, sender.arrivedEnd());
      long heldEnd = death.heldEnd(direction);
      sender.arrived.remove(heldEnd, Long.MAX_VALUE);
      sender.inOrder.tailMap(heldEnd, false).clear();
      sender.inOrder.put(heldEnd, nowNanos);
      sender.gap.forgetFrom(heldEnd, nowNanos);
      sender.ableNanos = nowNanos;
      if (losing || agent.passedEnd(direction) != sender.passedEnd) {
        sender.passedEnd = agent.passedEnd(direction);
        sender.dueNanos = Long.MAX_VALUE;
      }
    });
  }

  /** Notes the senders that cannot send more now. */
  private void noteBlocked(long nowNanos) {
    senders.forEach((direction, sender) -> {
      if (isBlocked(direction, sender)) {
        sender.ableNanos = nowNanos;
      }
      if (windows.promisedTo(Ends.legOfSender(direction)) <= sender.gap.end()) {
        sender.gap.block(nowNanos);
      }
    });
  }

  /** Whether something is missing before the box, or the box leaves no room for what follows. */
  private boolean isBlocked(Direction direction, Sender sender) {
    long next = sender.arrived.firstOutside(0);
    return sender.arrivedEnd() > next || windows.promisedTo(Ends.legOfSender(direction)) <= next;
  }

  /** Checks after a call of the box at {@code nowNanos}. */
  void check(long nowNanos, Conversation talk) {
    senders.forEach((direction, sender) -> {
      long end = agent.passedEnd(direction);
      if (end != sender.passedEnd) {
        sender.passedEnd = end;
        checkPassed(direction, sender, nowNanos, talk);
      }
    });
  }

  private void checkPassed(Direction direction, Sender sender, long nowNanos, Conversation talk) {
    long end = sender.passedEnd;
    long arrived = sender.arrived.firstOutside(0);
    long silentNanos = nowNanos - silentSinceNanos(sender, nowNanos);
    LawBroken.unless(
        silentNanos >= holdNanos,
        Law.FIDELITY,
        () ->
            "octets pass undecided too early: direction=%s end=%d arrived=%d silentNanos=%d"
                .formatted(direction, end, arrived, silentNanos));
    // The timer of a sender whose octets were refused, forgotten or lost may be backed off further
    // (RFC 6298 2.5). Octets that came again are not acknowledged before the receiver is heard, so
    // a sender with the Nagle algorithm waits with what follows.
    boolean resent = end < sender.arrivedEnd() || end <= sender.lostEnd;
    if (perfect && !resent && talk.endpoint(Ends.legOfSender(direction)).written().length > end) {
      sender.dueNanos = nowNanos + delayNanosOf(direction);
    }
  }

  /**
   * Since when the sender was silent after what passed: the box had kept all that arrived, or had
   * forgotten what came after a gap, or had refused a part.
   */
  private long silentSinceNanos(Sender sender, long nowNanos) {
    long end = sender.passedEnd;
    long arrived = sender.arrived.firstOutside(0);
    long sinceNanos = end == arrived ? sender.ableNanos : ForgottenGap.NEVER;
    if (refusing && end < arrived) {
      sinceNanos = Math.min(sinceNanos, sender.endOfGapNanos(end));
    }
    long forgottenNanos = sender.gap.silentSinceNanos(nowNanos);
    return end == sender.gap.end() ? Math.min(sinceNanos, forgottenNanos) : sinceNanos;
  }

  /** The time from a sender to the box. */
  private long delayNanosOf(Direction direction) {
    int percent = direction == Direction.CLIENT_TO_SERVER ? boxPercent : 100 - boxPercent;
    return delayNanos * percent / 100 + 1;
  }

  /** Checks that octets that were written when others passed arrive as if sent before. */
  private static void checkOnItsWay(Sender sender, long nowNanos) {
    long lateNanos = nowNanos - sender.dueNanos;
    LawBroken.unless(
        lateNanos <= 0,
        Law.FIDELITY,
        () -> "octets passed undecided, but their sender was not silent: lateNanos=" + lateNanos);
    sender.dueNanos = Long.MAX_VALUE;
  }

  private Sender sender(Direction direction) {
    return Objects.requireNonNull(senders.get(direction));
  }
}
