package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldTraits;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Checks that octets which wait move again soon (law 11): the wires are good, and a sender has
 * octets or a FIN that are not acknowledged.
 *
 * <p>A timer that was backed off while wires were bad may be set for as long again, and then one of
 * the box, too. A slow reader keeps the window shut between its reads. What an engine knew that
 * died comes again when the sender's timer is due.
 */
public final class ProgressWatch {
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  /** Where octets are dropped: the longest timeout of an endpoint, and some. */
  private static final long LONG_PATIENCE_NANOS = 130_000_000_000L;

  private static final int READS = 4;
  private static final int TRIPS = 16;

  private final boolean watching;
  private final boolean dies;
  private final Conversation talk;
  private final LongSupplier deaths;
  private final List<Stream> streams;
  private final long calmNanos;
  private final long cutNanos;

  /**
   * What moves from one endpoint to the other. What is in custody is undelivered, although its
   * sender does not wait.
   */
  private static final class Stream {
    private final TcpEndpoint sender;
    private final TcpEndpoint receiver;
    private final long patienceNanos;
    private final int copies;
    private final long longestTimeoutNanos;
    private long acknowledged;
    private long delivered;
    private long movedNanos;
    private long deliveredNanos;
    private long acknowledgedNanos;
    private boolean waiting;
    private boolean undelivered;
    private long longestNanos;
    private long diedNanos;
    private long neededRepeats;
    private boolean reported;
    private long repeatedNanos;

    Stream(SimulatedWorld world, Conversation talk, Direction direction) {
      sender = talk.endpoint(Ends.legOfSender(direction));
      receiver = talk.receiver(direction);
      patienceNanos = patienceNanos(world, direction);
      copies = world.path().hops().isLowering() ? 2 : 1;
      longestTimeoutNanos = world.sender(direction).options().times().maxRtoNanos();
    }

    /**
     * Notes when an engine died last. What only that one had must come again from the sender, and
     * what it reported by SACK only after the next timeout (RFC 2018 section 8).
     */
    void noteDeath(long lastNanos, long nowNanos) {
      if (lastNanos > diedNanos) {
        diedNanos = lastNanos;
        neededRepeats = waiting ? repeats() + copies : 0;
        repeatedNanos = lastNanos;
        reported = waiting;
      }
      reported &= sender.reportedBytes() > 0;
      boolean missing = reported || repeats() < neededRepeats;
      int timeouts = reported ? copies + 1 : copies;
      if (missing && nowNanos - diedNanos <= timeouts * longestTimeoutNanos) {
        repeatedNanos = nowNanos;
      }
    }

    private long repeats() {
      return sender.counters().get(Counter.RETRANSMISSIONS)
          + sender.counters().get(Counter.WINDOW_PROBES);
    }

    /** Since when the stream has waited, without faults of the wires. */
    long sinceNanos() {
      return Math.max(movedNanos, repeatedNanos);
    }

    void note(long nowNanos, long calmNanos) {
      boolean delivers = receiver.receivedBytes() != delivered;
      boolean acknowledges = sender.acknowledgedBytes() != acknowledged;
      undelivered = waiting || (undelivered && !delivers);
      if (nowNanos <= calmNanos) {
        longestNanos = Math.max(longestNanos, stalledNanos(nowNanos));
        deliveredNanos = delivers || !undelivered ? nowNanos : deliveredNanos;
        acknowledgedNanos = acknowledges || !waiting ? nowNanos : acknowledgedNanos;
      }
      if (delivers || acknowledges || !waiting) {
        movedNanos = nowNanos;
      }
      delivered = receiver.receivedBytes();
      acknowledged = sender.acknowledgedBytes();
      waiting = sender.isSending() && !sender.isHesitating();
    }

    private long stalledNanos(long nowNanos) {
      return nowNanos - Math.min(deliveredNanos, acknowledgedNanos);
    }
  }

  /**
   * Watches {@code talk}, the conversation of {@code world}, opened at {@code startNanos}.
   *
   * @param deaths when an engine that knew of the connection died last; 0 if none did
   */
  public ProgressWatch(
      SimulatedWorld world, Conversation talk, long startNanos, LongSupplier deaths) {
    this.talk = talk;
    this.deaths = deaths;
    watching = isWatched(world);
    dies = world.engine().takeOverOneIn() > 0;
    streams = Direction.BOTH.stream().map(each -> new Stream(world, talk, each)).toList();
    calmNanos = startNanos + world.path().calmNanos();
    cutNanos = world.path().cutNanos();
  }

  private static long patienceNanos(SimulatedWorld world, Direction direction) {
    long readNanos = Math.max(world.client().readEveryNanos(), world.server().readEveryNanos());
    long leastNanos = isSteady(world, direction) ? PATIENCE_NANOS : LONG_PATIENCE_NANOS;
    long pauses = isAwaiting(world, direction) ? world.client().parts() : 0;
    return leastNanos
        + READS * readNanos
        + TRIPS * world.path().delayNanos()
        + pauses * world.client().pauseNanos();
  }

  /** Whether octets to the client wait until its own octets are decided. */
  private static boolean isAwaiting(SimulatedWorld world, Direction direction) {
    return world.agent().awaitsOther() && direction == Direction.SERVER_TO_CLIENT;
  }

  /**
   * Whether octets that wait must move. They need not if an endpoint or the box ends the connection
   * and its reset is lost, nor if the engine refuses them again and again for lack of memory.
   */
  private static boolean isWatched(SimulatedWorld world) {
    WorldTraits traits = new WorldTraits(world);
    boolean fails = world.agent().mayFail() && world.engine().isResettingOnFailure();
    boolean ends = traits.isAborting() || traits.mayBeReset() || traits.mayLoseDecisions() || fails;
    return !ends && !traits.lastsHours() && !world.engine().isShortOfMemory();
  }

  /**
   * Whether nothing but the wires drops octets: neither the engine, nor its death, nor a receiver.
   * Their sender finds out by a timeout for each segment, each later than the last one. A receiver
   * that can advertise few windows only may leave its sender waiting for a larger one.
   */
  private static boolean isSteady(SimulatedWorld world, Direction stream) {
    WorldTraits traits = new WorldTraits(world);
    boolean drops =
        world.isDropping()
            || world.engine().commits().mayLackOctets()
            || traits.advertisesFew(stream)
            || world.receiver(stream).options().has(Behaviour.SHRINKING_WINDOW)
            || world.receiver(stream).options().has(Behaviour.RENEGING);
    for (Direction direction : Direction.values()) {
      drops |= traits.startsBeyondWindow(direction);
    }
    return !drops;
  }

  /** Checks after each event. */
  public void step(long nowNanos) {
    if (!watching || nowNanos >= cutNanos) {
      return;
    }
    for (Stream each : streams) {
      each.noteDeath(deaths.getAsLong(), nowNanos);
      if (each.waiting && nowNanos > calmNanos) {
        check(each, nowNanos);
      }
      each.note(nowNanos, calmNanos);
    }
  }

  private void check(Stream stream, long nowNanos) {
    long stalledNanos = nowNanos - Math.max(stream.sinceNanos(), calmNanos);
    // A timeout keeps its length until a segment is acknowledged that left once (RFC 6298).
    long faultyNanos = Math.max(stream.longestNanos, stream.stalledNanos(calmNanos));
    // What only a dead engine had comes again after a timeout. It is long behind a slow reader.
    long lostNanos = dies ? stream.sender.timeoutNanos() : 0;
    LawBroken.unless(
        stalledNanos <= stream.patienceNanos + 2 * faultyNanos + lostNanos,
        Law.PROGRESS,
        () ->
            "nothing moves: stalledNanos=%d nanos=%d%n%s".formatted(stalledNanos, nowNanos, talk));
  }
}
