package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.EndpointTimes;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.EndpointPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldTraits;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Checks that a world takes about as long as the same world without a box (law 11): the same
 * endpoints, which write as many octets as the agent makes, and the same wires. It may take half as
 * long again, and half a second; two seconds if the agent holds octets, because each flight may
 * wait for their custody, or if wires are bad, and as long as they are. Where the box has to cost
 * more, it may take twice as long again, and ten seconds.
 *
 * <p>Wires lose other frames in each run, so up to a hundred runs without a box are compared, and
 * the time of faults counts as needed: a stream that is a little late may meet more faults. Half of
 * them write no more than the endpoints of the world do: a FIN in the same flight as all octets is
 * still in flight after a timeout, and a FIN behind a longer stream is sent at the next ACK. After
 * an outage the timers of the box are backed off apart from those of the sender, so it counts
 * twice. Where an engine died, and a receiver reneges or a congestion window grows, wires lose some
 * frames until then in as many further runs.
 *
 * <p>On good wires no endpoint times out, retransmits or gets unacceptable segments more often than
 * without the box. Timeouts of a FIN that may wait for a slow reader are left out.
 */
final class RelativeDeadline {
  private static final long ALLOWED_NANOS = 2_000_000_000L;
  private static final long PLAIN_ALLOWED_NANOS = 500_000_000L;

  private static final int FEW_SEGMENTS = 4;
  private static final long IDLE_NANOS = 7_200_000_000_000L;

  private static final long LONGEST_CUSTODY_NANOS = 400_000_000L;
  private static final int RUNS = 100;

  /** The frames that are lost in place of what engines lose that die. */
  private static final double TAKEOVER_LOSS = 0.02;

  private final SimulatedWorld asWritten;
  private final SimulatedWorld direct;
  private final boolean compares;
  private final boolean little;
  private final long littleNanos;
  private final TakeoverTime takeovers;
  private final boolean quiet;
  private final Set<Counter> waste;

  /**
   * Compares with {@code world}, in which receivers get so many octets.
   *
   * @param world the world with a box
   * @param takeovers the time that takeovers may cost
   */
  RelativeDeadline(
      SimulatedWorld world, long toServerBytes, long toClientBytes, TakeoverTime takeovers) {
    asWritten = world;
    direct = world.withAtLeast(toServerBytes, toClientBytes);
    compares = compares(world);
    little = costsLittle(world) && takeovers.nanos() == 0;
    boolean plain = world.path().calmNanos() == 0 && !world.agent().mayHold();
    this.takeovers = takeovers;
    littleNanos = plain ? PLAIN_ALLOWED_NANOS : ALLOWED_NANOS;
    quiet =
        compares
            && little
            && world.path().calmNanos() == 0
            && !world.agent().mayGrow()
            && !mayMisleadTimers(world);
    waste = waste(world);
  }

  /**
   * Whether a sender may measure a round trip to the box and then need one through it that is
   * longer than its timeout, or than two of those measured, if it sends tail loss probes (RFC 8985
   * section 7.2). The box acknowledges a segment of which nothing is left (H-26). Held octets may
   * leave just before their custody, which waits for nine eighths of a round trip with a delayed
   * ACK (H-17), and then take another. A segment whose record takes longer than those of the
   * segments before it, and whose ACK is delayed, takes longer than any measured (H-18). A sender
   * that waits for a second at least has time for that (RFC 6298 section 2.4); these do not.
   */
  private static boolean mayMisleadTimers(SimulatedWorld world) {
    long roundTripNanos = 2 * world.path().delayNanos();
    long lateNanos = 17 * (roundTripNanos + EndpointTimes.LINUX.delayedAckNanos()) / 8;
    long leastNanos = EndpointTimes.LINUX.minRtoNanos();
    boolean probes =
        world.client().options().has(Behaviour.RACK)
            || world.server().options().has(Behaviour.RACK);
    CommitPlan commits = world.engine().commits();
    return mayMisleadTimers(world, commits.mode().writesRecords() ? commits.delayNanos() : 0)
        || (world.agent().mayDelete() && (probes || roundTripNanos > leastNanos))
        || (world.agent().mayHold() && lateNanos > leastNanos);
  }

  /** The same for records that take so long. */
  static boolean mayMisleadTimers(SimulatedWorld world, long recordNanos) {
    long roundTripNanos = 2 * world.path().delayNanos();
    long recordedNanos = roundTripNanos + recordNanos + EndpointTimes.LINUX.delayedAckNanos();
    return recordNanos > 0 && recordedNanos > EndpointTimes.LINUX.minRtoNanos();
  }

  /**
   * What no endpoint may count more often than without a box. The box reports spurious
   * retransmissions (RFC 2883) to ends whose peer does not, and these may probe sooner then; a tail
   * loss probe may come before held octets are acknowledged (H-17), or those that wait for a record
   * (H-18), which in each mode are those before the first one. Octets on a SYN are retransmitted
   * (H-48). A slow reader sends ACKs that look like duplicates, and a keep-alive is unacceptable:
   * how many there are depends on when octets arrive. The box probes an end that is silent for two
   * hours (H-42).
   */
  private static Set<Counter> waste(SimulatedWorld world) {
    Set<Counter> waste = EnumSet.of(Counter.TIMEOUTS);
    List<EndpointPlan> ends = List.of(world.client(), world.server());
    boolean reported = ends.stream().allMatch(each -> each.options().has(Behaviour.D_SACK));
    boolean probing = ends.stream().anyMatch(each -> each.options().has(Behaviour.RACK));
    boolean waits = world.engine().commits().mode().writesRecords();
    boolean probesHeld = probing && (waits || world.agent().mayHold());
    if (reported && !probesHeld) {
      waste.add(Counter.SPURIOUS_RETRANSMISSIONS);
    }
    boolean prompt =
        ends.stream()
            .allMatch(
                each -> each.readEveryNanos() == 0 && !each.options().has(Behaviour.FAST_OPEN));
    if (prompt && !probesHeld && (reported || !probing)) {
      waste.add(Counter.RETRANSMISSIONS);
    }
    boolean probed = ends.stream().anyMatch(each -> each.options().has(Behaviour.KEEP_ALIVE));
    long longestNanos =
        ends.stream().mapToLong(each -> each.parts() * each.pauseNanos()).max().orElse(0);
    if (prompt && !probesHeld && !probed && longestNanos < IDLE_NANOS) {
      waste.add(Counter.UNACCEPTABLE);
    }
    return waste;
  }

  /**
   * Whether both streams take about the time that they need without a box: nothing ends or resets
   * them, the engine drops no octet, and what the agent holds is small beside the windows and does
   * not wait for the hold time. A receiver whose field has fewer than four units for its buffer can
   * show none of the windows that an edit moves, and its sender waits for a timer before each
   * segment. An agent may wait for the other direction. On a long path one custody takes the place
   * of a flight of ACKs.
   */
  private static boolean compares(SimulatedWorld world) {
    WorldTraits traits = new WorldTraits(world);
    boolean differs =
        traits.isAborting()
            || traits.mayBeReset()
            || traits.isCut()
            || traits.isFinishing()
            || traits.lastsHours()
            || world.engine().isFlushing()
            || world.isDropping()
            || world.agent().alternating();
    for (Direction each : Direction.values()) {
      long windowBytes = world.receiver(each).options().receiveBufferBytes();
      differs |= world.agent().mayHold() && 4L * world.agent().limitBytes() > windowBytes;
      differs |= traits.advertisesFew(each);
      differs |= world.agent().mayHold() && tripNanos(world, each) > LONGEST_CUSTODY_NANOS;
    }
    return !differs;
  }

  /** The time from the box to the receiver and back. */
  private static long tripNanos(SimulatedWorld world, Direction direction) {
    int percent =
        direction == Direction.CLIENT_TO_SERVER
            ? 100 - world.path().boxPercent()
            : world.path().boxPercent();
    return 2 * world.path().delayNanos() * percent / 100;
  }

  /**
   * Whether the box costs little time: it is there from the start, and the agent stays and adds
   * nothing of its own. A window of few segments that an edit moves is a silly one for its sender,
   * which then waits for a timer (RFC 1122 section 4.2.3.4); so is a congestion window of few
   * segments that never grows. Octets after a loss wait in the box, and cross a narrow link only
   * when the lost ones have come again. What came in fragments leaves in as many frames, each of
   * which may be lost.
   */
  private static boolean costsLittle(SimulatedWorld world) {
    WorldTraits traits = new WorldTraits(world);
    boolean differs =
        world.engine().isJoining()
            || traits.mayEndEditing()
            || world.agent().replyEvery() > 0
            || world.path().bytesPerSecond() > 0
            || (world.path().fragmentBytes() > 0 && world.path().calmNanos() > 0)
            || isOpeningFast(world);
    for (Direction each : Direction.values()) {
      long windowBytes = world.receiver(each).options().receiveBufferBytes();
      differs |= windowBytes < (long) FEW_SEGMENTS * world.sender(each).options().segmentBytes();
      differs |= traits.startsBeyondWindow(each);
      EndpointOptions sender = world.sender(each).options();
      differs |=
          !sender.has(Behaviour.CONGESTION_CONTROL)
              && sender.initialWindowSegments() < FEW_SEGMENTS;
      differs |= world.receiver(each).options().has(Behaviour.RENEGING);
    }
    return !differs;
  }

  /**
   * Whether octets on the SYN save a round trip without the box, which does not pass them (H-48).
   */
  private static boolean isOpeningFast(SimulatedWorld world) {
    return world.client().options().has(Behaviour.FAST_OPEN)
        && world.server().options().has(Behaviour.FAST_OPEN);
  }

  /**
   * Checks a world whose streams were read to their ends at {@code completedNanos}. Where records
   * are written each round trip may wait for one: that tells in a window of few octets.
   */
  void check(long completedNanos) {
    long slowestNanos = direct.path().calmNanos() * (direct.path().isInterrupted() ? 2 : 1);
    int runs = !compares ? 0 : isLosing() ? 2 * RUNS : RUNS;
    for (int i = 0; i < runs && completedNanos > latestNanos(slowestNanos); i++) {
      SimulatedWorld each = i % 2 == 0 ? direct : asWritten;
      SimulatedWorld losing = each.withLossUntil(TAKEOVER_LOSS, takeovers.lastNanos());
      DirectRun made = runDirect(i < RUNS ? each : losing, i / 2, DirectRun::isRead);
      slowestNanos = Math.max(slowestNanos, made.network().nowNanos());
    }
    boolean waits = asWritten.engine().commits().mode().writesRecords();
    if (waits && compares && completedNanos > latestNanos(slowestNanos)) {
      DirectRun made = runDirect(direct.withRecordTime(), 0, DirectRun::isRead);
      slowestNanos = Math.max(slowestNanos, made.network().nowNanos());
    }
    long neededNanos = slowestNanos;
    LawBroken.unless(
        !compares || completedNanos <= latestNanos(neededNanos),
        Law.PROGRESS,
        () ->
            "slower than without a box: nanos=%d withoutNanos=%d"
                .formatted(completedNanos, neededNanos));
  }

  /**
   * Whether an engine died, which loses segments that it kept, and that costs more than timeouts.
   * If a receiver reneges, each gap is followed by others: the sender does not repeat what was
   * reported before a timeout, which is doubled each time. If a sender loses a flight while its
   * congestion window is small, that grows by one segment in each round trip from then on (RFC 5681
   * section 3.1), however long the stream is.
   */
  private boolean isLosing() {
    return takeovers.lastNanos() > 0
        && (isAnyEnd(Behaviour.RENEGING) || isAnyEnd(Behaviour.CONGESTION_CONTROL));
  }

  private boolean isAnyEnd(Behaviour behaviour) {
    return asWritten.client().options().has(behaviour)
        || asWritten.server().options().has(behaviour);
  }

  /**
   * Checks that no endpoint of {@code talk} timed out, retransmitted or got unacceptable segments
   * more often than without a box (RFC 6298, RFC 9293 section 3.10.7.4), if the wires are good and
   * nothing grows: the box acknowledges what it holds in time.
   */
  void checkWaste(Conversation talk) {
    if (quiet && (hasWasted(talk.client()) || hasWasted(talk.server()))) {
      Conversation without = runDirect(direct, 0, DirectRun::isOver).talk();
      requireNoMore(Direction.CLIENT_TO_SERVER, talk.client(), without.client());
      requireNoMore(Direction.SERVER_TO_CLIENT, talk.server(), without.server());
    }
  }

  private boolean hasWasted(TcpEndpoint end) {
    return waste.stream().anyMatch(each -> end.counters().get(each) > 0);
  }

  private void requireNoMore(Direction direction, TcpEndpoint end, TcpEndpoint without) {
    for (Counter each : waste) {
      LawBroken.unless(
          wasted(direction, end, each) <= wasted(direction, without, each),
          Law.PROGRESS,
          () -> each + " more often than without a box: " + end + "\nwithout: " + without);
    }
  }

  /**
   * What {@code end} has wasted. If an agent holds octets, the window may go beyond that of the
   * receiver (H-14). Octets in it go into custody, a FIN does not (H-20): it waits until a slow
   * reader has made room. Without the box its sender probes the window.
   */
  private long wasted(Direction direction, TcpEndpoint end, Counter counter) {
    boolean waits =
        asWritten.agent().mayHold() && asWritten.receiver(direction).readEveryNanos() > 0;
    long excused =
        waits && counter == Counter.TIMEOUTS ? end.counters().get(Counter.FIN_TIMEOUTS) : 0;
    return end.counters().get(counter) - excused;
  }

  /** A chain of losses may be as long as the wires are bad. */
  private long latestNanos(long neededNanos) {
    long calmNanos = direct.path().calmNanos();
    return little
        ? neededNanos + neededNanos / 2 + calmNanos + littleNanos
        : 3 * neededNanos + calmNanos + 5 * ALLOWED_NANOS + takeovers.nanos();
  }

  /** A run without a box. */
  private record DirectRun(SimulatedNetwork network, Conversation talk) {
    /** Whether both applications have read the ends of the streams. */
    boolean isRead() {
      return talk.client().isReadToEnd() && talk.server().isReadToEnd();
    }

    /** Whether nothing will be sent any more. */
    boolean isOver() {
      return talk.isDone() && network.framesInFlight() == 0;
    }
  }

  /** Runs {@code world} without a box for the time {@code run}, until {@code ending}. */
  private static DirectRun runDirect(SimulatedWorld world, int run, Predicate<DirectRun> ending) {
    SimulatedNetwork network = new SimulatedNetwork(world.path().path(), world.seed() + run);
    Conversation talk =
        network.open(
            world.ends(),
            world.client().party(world.stream(Direction.CLIENT_TO_SERVER), true),
            world.server().party(world.stream(Direction.SERVER_TO_CLIENT), world.simultaneous()));
    DirectRun made = new DirectRun(network, talk);
    long deadline = world.deadlineNanos(0, 0);
    boolean goesOn = true;
    while (goesOn && !ending.test(made)) {
      goesOn = network.nextNanos() <= deadline && network.step();
    }
    return made;
  }
}
