package dev.midstream.engines.log;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The way to one backup, for all logs of a worker: how long answers take, and how much may be on
 * the way. Without a limit for all of them together, messages between nodes wait behind records,
 * and leases end. Not thread-safe.
 */
final class Link {
  /** The shortest time without an answer after which records are sent again: 10 ms. */
  static final long AGAIN_NANOS = 10_000_000;

  /** The longest one: 640 ms. */
  static final long LONGEST_AGAIN_NANOS = 64 * AGAIN_NANOS;

  /** Octets of records of one node that are on their way at once. */
  static final int WINDOW_BYTES = 1 << 20;

  /**
   * Octets of records after the bases that wait for answers at most, if nothing else waits for
   * these: 64 MiB.
   */
  static final long MOST_LOGGED_BYTES = 64L << 20;

  private final int windowBytes;
  private final long mostLoggedBytes;
  private final Set<Integer> blocked = new LinkedHashSet<>();
  private long smoothedNanos;
  private long variationNanos;
  private long againNanos = AGAIN_NANOS;
  private long bytesOnTheWay;
  private long loggedBytes;

  /**
   * A way with limits of its own: the worker's shares of {@link #WINDOW_BYTES} and {@link
   * #MOST_LOGGED_BYTES}.
   */
  Link(int windowBytes, long mostLoggedBytes) {
    this.windowBytes = windowBytes;
    this.mostLoggedBytes = mostLoggedBytes;
  }

  /** Whether one more message may leave. */
  boolean hasRoom() {
    return bytesOnTheWay < windowBytes;
  }

  /** Octets leave, or less than none if they are answered or given up. */
  void add(long bytes) {
    bytesOnTheWay += bytes;
  }

  /** Octets of records that are on their way. */
  long bytesOnTheWay() {
    return bytesOnTheWay;
  }

  /** Octets of records after a base wait, or less than none if they are answered or given up. */
  void addLogged(long bytes) {
    loggedBytes += bytes;
  }

  /** Octets of records after bases that wait for answers. */
  long loggedBytes() {
    return loggedBytes;
  }

  /** Whether more wait than may: the node is too slow for what happens. */
  boolean isOverfull() {
    return loggedBytes > mostLoggedBytes;
  }

  /** The log of {@code bucket} waits for room. */
  void block(int bucket) {
    blocked.add(bucket);
  }

  /** The buckets whose logs may send now; they wait no more. */
  List<Integer> takeBlocked() {
    if (blocked.isEmpty() || !hasRoom()) {
      return List.of();
    }
    List<Integer> taken = List.copyOf(blocked);
    blocked.clear();
    return taken;
  }

  /**
   * Notes how long an answer took. Answers to what was sent more than once say nothing (RFC 6298
   * sections 2 and 3).
   */
  void measure(long nanos) {
    if (smoothedNanos == 0) {
      smoothedNanos = Math.max(1, nanos);
      variationNanos = nanos / 2;
    } else {
      variationNanos += (Math.abs(smoothedNanos - nanos) - variationNanos) / 4;
      smoothedNanos = Math.max(1, smoothedNanos + (nanos - smoothedNanos) / 8);
    }
    againNanos = Math.clamp(smoothedNanos + 4 * variationNanos, AGAIN_NANOS, LONGEST_AGAIN_NANOS);
  }

  /** After this time without an answer records are sent again. */
  long againNanos() {
    return againNanos;
  }

  /** Records were sent again: the next time it takes twice as long, until an answer is measured. */
  void backOff() {
    againNanos = Math.min(2 * againNanos, LONGEST_AGAIN_NANOS);
  }
}
