package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.offset.TimestampOrder;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The newest timestamps of one end (RFC 7323), and how fast its clock goes. With older ones its
 * peer would drop a segment (PAWS, section 5.2). Derived state, learned from the end's next
 * segment.
 */
final class SenderTimestamps {
  /** An advanced timestamp stays so far behind the end's clock: as much as delays may vary. */
  private static final long BEHIND_NANOS = 100_000_000L;

  /** It also stays behind by this part of the silence: more than two clocks drift apart. */
  private static final long DRIFT_PART = 4_096;

  /** As many ticks as tell that a clock counts microseconds, if that is all that is known. */
  private static final long MICROSECONDS_IN_BRIEF = 1_000_000;

  private static final long NANOS_OF_MICROSECOND = 1_000;

  /** A clock that goes slower by this factor counts no microseconds. */
  private static final long SLOWER = 100;

  /** A segment of this end may have been so much longer under way than the next one. */
  private static final long LONGEST_TRIP_NANOS = 3_000_000_000L;

  /** A segment may be delayed so long (MSL: 120 s, RFC 9293 section 3.4.2). */
  private static final long MOST_DELAY_MICROS = 120_000_000L;

  private boolean known;
  private int value;
  private int echo;
  private long nanos;
  private long echoNanos;
  private int clockValue;
  private long clockTicks;
  private long clockNanos;
  private boolean inherited;
  private long inheritedNanos;

  void writeEssential(StateWriter out, long nowNanos) {
    out.flags(known, isMicroseconds());
    if (known) {
      out.int32(clockValue);
      out.signed(value - clockValue);
      out.int32(echo);
      out.time(nanos, nowNanos);
    }
  }

  void readEssential(StateReader in, long nowNanos) {
    int flags = in.count(3);
    known = (flags & 1) != 0;
    if ((flags & 2) != 0) {
      clockTicks = MICROSECONDS_IN_BRIEF;
      clockNanos = MICROSECONDS_IN_BRIEF * NANOS_OF_MICROSECOND;
    }
    if (known) {
      clockValue = in.int32();
      value = clockValue + (int) in.signed();
      echo = in.int32();
      nanos = in.time(nowNanos);
      echoNanos = nanos;
      inherited = true;
      inheritedNanos = nowNanos;
    }
  }

  void writeRest(StateWriter out, long nowNanos) {
    if (known) {
      out.flags(inherited, echoNanos != nanos);
      out.signed(clockTicks);
      out.number(clockNanos);
      if (echoNanos != nanos) {
        out.time(echoNanos, nowNanos);
      }
      if (inherited) {
        out.time(inheritedNanos, nowNanos);
      }
    }
  }

  void readRest(StateReader in, long nowNanos) {
    if (known) {
      int flags = in.count(3);
      inherited = (flags & 1) != 0;
      clockTicks = in.signed();
      clockNanos = in.position();
      echoNanos = (flags & 2) != 0 ? in.time(nowNanos) : nanos;
      inheritedNanos = inherited ? in.time(nowNanos) : 0;
    }
  }

  /** Whether the end sends timestamps. */
  boolean isKnown() {
    return known;
  }

  /** The newest value. */
  int value() {
    return value;
  }

  /** The echo of the segment with the newest value. */
  int echo() {
    return echo;
  }

  /** When the newest value was seen, in a segment or as an echo. */
  long nanos() {
    return nanos;
  }

  /** When the echo was seen. */
  long echoNanos() {
    return echoNanos;
  }

  /**
   * Updates the timestamps of this end from one of its segments. Timestamps that are older than the
   * known ones change nothing, unless those are outdated. Of equal values the newest echo counts: a
   * clock is coarser than the distance of segments that overtake each other.
   *
   * @param old whether the segment lies below everything its receiver processes: it changes nothing
   *     either, unless its value {@link #mayBeNewest}
   * @return whether nothing was changed
   */
  boolean update(int newValue, int newEcho, boolean old, long nowNanos) {
    if (known && old && !mayBeNewest(newValue, nowNanos)) {
      return true;
    }
    if (known && isOlder(newValue, newEcho) && !TimestampOrder.isOutdated(nowNanos - nanos)) {
      updateEcho(newEcho, nowNanos);
      return true;
    }
    noteClock(newValue, nowNanos);
    known = true;
    inherited &= !InheritedOutput.isLate(inheritedNanos, nowNanos);
    value = newValue;
    echo = newEcho;
    nanos = nowNanos;
    echoNanos = nowNanos;
    clockValue = newValue;
    return false;
  }

  /**
   * Takes the echo of a late segment. The one of the newest value is not known if another engine
   * knew it, but not older.
   */
  private void updateEcho(int newEcho, long nowNanos) {
    if (inherited && TimestampOrder.isBefore(echo, newEcho)) {
      echo = newEcho;
      echoNanos = nowNanos;
    }
  }

  /**
   * Takes a value of this end that its peer echoes, if it {@link #mayBeNewest}. It may have left
   * its end long before, so it tells nothing of the clock.
   */
  void takeEchoed(int echoed, long nowNanos) {
    if (mayBeNewest(echoed, nowNanos)) {
      clockValue = isMicroseconds() ? echoed : clockValue;
      value = echoed;
      nanos = nowNanos;
    }
  }

  /** Whether no segment brought the newest value: it came as an echo, or was advanced. */
  boolean isEstimated() {
    return known && value != clockValue;
  }

  /** Whether the known value came as an echo: no clock that is not known is ever advanced. */
  private boolean isEchoed() {
    return value != clockValue;
  }

  /**
   * Whether a newer value than the known one may have passed another engine, such as {@code other}:
   * what this end sent after that was not heard yet. It may be one from before the clock wrapped:
   * no clock goes faster than by microseconds. If one is known to do so, an outdated value goes on
   * by itself. Beside any other outdated value one counts that seems older, too, unless it is older
   * by no more than a segment may be delayed: a receiver may compare at any age (RFC 7323 section
   * 5.5), and would refuse a value older than its echo for ever, and none that equals it. An echo
   * of 0 is none.
   */
  boolean mayBeNewest(int other, long nowNanos) {
    boolean isOutdated = TimestampOrder.isOutdated(nowNanos - nanos);
    boolean comparable = inherited && !(isOutdated && isMicroseconds());
    boolean isDelayed = Integer.toUnsignedLong(value - other) <= MOST_DELAY_MICROS;
    boolean isNewer = isOutdated ? !isDelayed && other != 0 : TimestampOrder.isBefore(value, other);
    long mostTicks = (nowNanos - nanos + LONGEST_TRIP_NANOS) / NANOS_OF_MICROSECOND;
    return comparable && isNewer && Integer.toUnsignedLong(other - value) <= mostTicks;
  }

  /**
   * Takes {@code peerValue}, a timestamp of the peer, as the echo if only the SYN of this end was
   * seen, whose echo is 0. The engine answers that of the peer in its name.
   */
  void takeSynEcho(int peerValue) {
    if (known && echo == 0) {
      echo = peerValue;
    }
  }

  /** Counts the ticks between two timestamps of this end, unless the clock may have wrapped. */
  private void noteClock(int newValue, long nowNanos) {
    long elapsedNanos = nowNanos - nanos;
    if (!known || (inherited && (isEchoed() || isMicroseconds()))) {
      return;
    }
    if (!TimestampOrder.isOutdated(elapsedNanos)) {
      clockTicks += newValue - clockValue;
      clockNanos += elapsedNanos;
    } else if (isWrapped(newValue - clockValue, elapsedNanos)) {
      clockTicks = MICROSECONDS_IN_BRIEF;
      clockNanos = MICROSECONDS_IN_BRIEF * NANOS_OF_MICROSECOND;
    }
  }

  /**
   * Whether a clock of microseconds made {@code ticks}, modulo 2^32, and none that is a hundred
   * times as slow.
   */
  private static boolean isWrapped(int ticks, long elapsedNanos) {
    long micros = elapsedNanos / NANOS_OF_MICROSECOND;
    long off = Math.abs((long) (ticks - (int) micros));
    return off <= (elapsedNanos / DRIFT_PART + BEHIND_NANOS) / NANOS_OF_MICROSECOND
        && Integer.toUnsignedLong(ticks) > micros / SLOWER;
  }

  /**
   * Advances the timestamp of a silent end, for a segment that the engine sends in its name.
   * Otherwise that segment would renew TS.Recent of the receiver with an old value, and the end's
   * next one would fail PAWS if its clock has passed half of its range since (RFC 7323 section
   * 5.5). Only a clock of microseconds does that before the end is probed.
   */
  void advance(long nowNanos) {
    long elapsedNanos = nowNanos - nanos;
    long advanceNanos = elapsedNanos - elapsedNanos / DRIFT_PART - BEHIND_NANOS;
    if (advanceNanos > 0 && isMicroseconds()) {
      value = clockValue + (int) (advanceNanos / NANOS_OF_MICROSECOND);
    }
  }

  /** Whether the end's clock counts microseconds, as far as it was seen to tick. */
  boolean isMicroseconds() {
    return TimestampOrder.isMicroseconds(clockTicks, clockNanos);
  }

  /**
   * Whether timestamps are older than the known ones. An echo of 0 is none: a SYN carries it. A
   * value that came as an echo may be old itself: of a clock that is not known only what is older
   * by no more than a segment may be under way is older.
   */
  private boolean isOlder(int otherValue, int otherEcho) {
    if (otherValue == value) {
      return echo != 0 && TimestampOrder.isBefore(otherEcho, echo);
    }
    boolean isNear =
        Integer.toUnsignedLong(value - otherValue) <= LONGEST_TRIP_NANOS / NANOS_OF_MICROSECOND;
    boolean isKnownOrder = isMicroseconds() || !isEchoed() || isNear;
    return isKnownOrder && TimestampOrder.isBefore(otherValue, value);
  }
}
