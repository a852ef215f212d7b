package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.wire.packet.Leg;
import org.jspecify.annotations.Nullable;

/** What was seen of the ends of a connection, and when. Derived state. */
@SuppressWarnings("EnumOrdinal") // the numbers of directions and legs are a part of the format
public final class SeenEndpoints {
  private static final int CLIENT = 1;
  private static final int SERVER = 1 << 1;
  private static final int CLIENT_FINISHED = 1 << 2;
  private static final int SERVER_FINISHED = 1 << 3;
  private static final int OTHER_LEG = 1 << 4;
  private static final int ASSURED = 1 << 5;
  private static final int EXPECTED = 1 << 6;
  private static final int TIMED = 1 << 7;
  private static final int LEG_SHIFT = 2;
  private static final int LEG_MASK = (1 << LEG_SHIFT) - 1;
  private static final int ENTERED = 1 << (2 * LEG_SHIFT);
  private static final int RECALLED = ENTERED << 1;
  private static final int NO_ENDS = ENTERED << 2;
  private static final Direction[] DIRECTIONS = Direction.values();
  private static final Leg[] LEGS = Leg.values();

  private boolean clientFinished;
  private boolean serverFinished;
  private int probes;
  private long firstProbedNanos;
  private long probedNanos;
  private long clientNanos;
  private long serverNanos;
  private boolean client;
  private boolean server;
  private boolean otherLeg;
  private boolean assured;
  private boolean inherited;
  private boolean expected;
  private @Nullable Direction onlyDirection;
  private @Nullable Leg firstLeg;
  private boolean fast;
  private boolean fastWaiting;
  private boolean entered;
  private boolean recalled;
  private int bytesSinceGiven;
  private Guarded guarded = Guarded.NOT;

  /** Whether the connection is on the fast path: its segments are not seen here. */
  public boolean isFast() {
    return fast;
  }

  public void setFast(boolean isFast) {
    fast = isFast;
  }

  /** Counts octets anew, of which {@code bytes} passed on the fast path. */
  public void restartBytes(long bytes) {
    bytesSinceGiven = (int) Math.min(Integer.MAX_VALUE, bytes);
  }

  /** Whether the connection waits for a moment at which it may get onto the fast path. */
  public boolean isFastWaiting() {
    return fastWaiting;
  }

  public void setFastWaiting(boolean isWaiting) {
    fastWaiting = isWaiting;
  }

  /** What becomes of it while this process is silent. */
  public Guarded guarded() {
    return guarded;
  }

  public void setGuarded(Guarded state) {
    guarded = state;
  }

  /** Notes that the connection got onto the fast path; returns whether for the first time. */
  public boolean noteEntered() {
    boolean isFirst = !entered;
    entered = true;
    return isFirst;
  }

  /** Notes that the connection was taken back; returns whether for the first time. */
  public boolean noteRecalled() {
    boolean isFirst = !recalled;
    recalled = true;
    return isFirst;
  }

  /**
   * Counts payload octets that were seen; returns how many have passed, on either way, since the
   * connection got onto the fast path last, or since its opening.
   */
  public int countBytes(int bytes) {
    bytesSinceGiven = (int) Math.min(Integer.MAX_VALUE, (long) bytesSinceGiven + bytes);
    return bytesSinceGiven;
  }

  /** Notes a segment of one end before both SYNs were seen. */
  public void markSeen(Direction direction) {
    if (direction == Direction.CLIENT_TO_SERVER) {
      client = true;
    } else {
      server = true;
    }
  }

  /** Whether such a segment of the sender of {@code direction} was seen. */
  public boolean isSeen(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? client : server;
  }

  /** Notes that only {@code direction} passes here; null if both do. */
  public void setOnlyDirection(@Nullable Direction direction) {
    onlyDirection = direction;
  }

  /** The only direction that passes here; usually null. */
  public @Nullable Direction onlyDirection() {
    return onlyDirection;
  }

  /** Sets the leg on which the opening segment arrived. */
  public void setFirstLeg(Leg leg) {
    firstLeg = leg;
  }

  /** The leg on which the opening segment arrived; null in a recording. */
  public @Nullable Leg firstLeg() {
    return firstLeg;
  }

  /** Notes a segment that arrived on the other leg than the opening one. */
  public void markOtherLeg() {
    otherLeg = true;
  }

  /** Whether segments arrived on both legs. */
  public boolean isOtherLegSeen() {
    return otherLeg;
  }

  /** Marks the connection as assured: both ends take part in it. */
  public void assure() {
    assured = true;
  }

  public boolean isAssured() {
    return assured;
  }

  /** Sets whether it was opened because an agent expected it, whatever the rules match. */
  void setExpected(boolean isExpected) {
    expected = isExpected;
  }

  /** Whether it was opened because an agent expected it, whatever the rules match. */
  public boolean isExpected() {
    return expected;
  }

  /** Notes that another engine saw segments of it, perhaps later ones than this one knows of. */
  public void setInherited() {
    inherited = true;
  }

  /** Whether another engine may have seen later segments than are known here. */
  public boolean isInherited() {
    return inherited;
  }

  /** Notes the FIN of the sender of {@code direction}. */
  public void markFinished(Direction direction) {
    if (direction == Direction.CLIENT_TO_SERVER) {
      clientFinished = true;
    } else {
      serverFinished = true;
    }
  }

  /** Whether both ends sent a FIN. */
  public boolean isFinished() {
    return clientFinished && serverFinished;
  }

  /**
   * Which ends were seen, which have finished, and whether on both legs, as seven bits of which two
   * are free.
   */
  int toBits() {
    return (client ? CLIENT : 0)
        | (server ? SERVER : 0)
        | (clientFinished ? CLIENT_FINISHED : 0)
        | (serverFinished ? SERVER_FINISHED : 0)
        | (otherLeg ? OTHER_LEG : 0);
  }

  /** Sets what {@link #toBits} returned; higher bits are ignored. */
  void setBits(int bits) {
    client = (bits & CLIENT) != 0;
    server = (bits & SERVER) != 0;
    clientFinished = (bits & CLIENT_FINISHED) != 0;
    serverFinished = (bits & SERVER_FINISHED) != 0;
    otherLeg = (bits & OTHER_LEG) != 0;
  }

  /**
   * Writes which ends were seen.
   *
   * @param isWhole whether the times are written too; an engine that does not know them counts them
   *     from now on
   */
  void write(StateWriter out, boolean isWhole, long nowNanos) {
    int only = onlyDirection == null ? 0 : onlyDirection.ordinal() + 1;
    int leg = firstLeg == null ? 0 : firstLeg.ordinal() + 1;
    int timed = isWhole ? TIMED : 0;
    out.octet(toBits() | (assured ? ASSURED : 0) | (expected ? EXPECTED : 0) | timed);
    int fastPath = (entered ? ENTERED : 0) | (recalled ? RECALLED : 0);
    out.octet(only | leg << LEG_SHIFT | fastPath);
    if (isWhole) {
      out.time(clientNanos, nowNanos);
      out.time(serverNanos, nowNanos);
      out.number(probes);
    }
    if (isWhole && probes > 0) {
      out.time(firstProbedNanos, nowNanos);
      out.time(probedNanos, nowNanos);
    }
  }

  void read(StateReader in, long nowNanos) {
    int bits = in.octet();
    setBits(bits);
    assured = (bits & ASSURED) != 0;
    expected = (bits & EXPECTED) != 0;
    int ends = in.count(NO_ENDS - 1);
    onlyDirection = value(DIRECTIONS, ends & LEG_MASK);
    firstLeg = value(LEGS, ends >>> LEG_SHIFT & LEG_MASK);
    entered = (ends & ENTERED) != 0;
    recalled = (ends & RECALLED) != 0;
    if ((bits & TIMED) == 0) {
      touch(nowNanos);
      return;
    }
    clientNanos = in.time(nowNanos);
    serverNanos = in.time(nowNanos);
    probes = in.count(Integer.MAX_VALUE);
    if (probes > 0) {
      firstProbedNanos = in.time(nowNanos);
      probedNanos = in.time(nowNanos);
    }
  }

  /**
   * The time of the last packet of what {@link #write} wrote; now if the times were not written.
   */
  static long readLastNanos(StateReader in, long nowNanos) {
    boolean isTimed = (in.octet() & TIMED) != 0;
    in.skip(1);
    return isTimed ? Math.max(in.time(nowNanos), in.time(nowNanos)) : nowNanos;
  }

  private static <T> @Nullable T value(T[] values, int number) {
    if (number > values.length) {
      throw new MalformedState("no such value: number=" + number);
    }
    return number == 0 ? null : values[number - 1];
  }

  /** Counts the silence of both ends from {@code nowNanos} on. */
  public void touch(long nowNanos) {
    clientNanos = nowNanos;
    serverNanos = nowNanos;
  }

  /** Notes a packet of the sender of {@code direction}. */
  public void touch(Direction direction, long nowNanos) {
    if (direction == Direction.CLIENT_TO_SERVER) {
      clientNanos = nowNanos;
    } else {
      serverNanos = nowNanos;
    }
  }

  /** Time of the last packet. */
  public long lastNanos() {
    return Math.max(clientNanos, serverNanos);
  }

  /** Time of the last packet of the end that has been silent longer. */
  public long silentSinceNanos() {
    return Math.min(clientNanos, serverNanos);
  }

  /** Notes that both ends were probed at {@code nowNanos} because one of them is silent. */
  public void countProbe(long nowNanos) {
    int unanswered = unansweredProbes();
    firstProbedNanos = unanswered == 0 ? nowNanos : firstProbedNanos;
    probes = unanswered + 1;
    probedNanos = nowNanos;
  }

  /**
   * Number of probes since the first one that an end has not answered; 0 once packets of both ends
   * have come since then.
   */
  public int unansweredProbes() {
    return silentSinceNanos() >= firstProbedNanos ? 0 : probes;
  }

  public long probedNanos() {
    return probedNanos;
  }
}
