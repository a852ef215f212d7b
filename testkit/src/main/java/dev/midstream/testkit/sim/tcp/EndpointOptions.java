package dev.midstream.testkit.sim.tcp;

import static dev.midstream.testkit.sim.tcp.Behaviour.CHALLENGE_ACKS;
import static dev.midstream.testkit.sim.tcp.Behaviour.CONGESTION_CONTROL;
import static dev.midstream.testkit.sim.tcp.Behaviour.DELAYED_ACK;
import static dev.midstream.testkit.sim.tcp.Behaviour.D_SACK;
import static dev.midstream.testkit.sim.tcp.Behaviour.FAST_RETRANSMIT;
import static dev.midstream.testkit.sim.tcp.Behaviour.NAGLE;
import static dev.midstream.testkit.sim.tcp.Behaviour.RACK;
import static dev.midstream.testkit.sim.tcp.Behaviour.SACK;
import static dev.midstream.testkit.sim.tcp.Behaviour.TIMESTAMPS;
import static dev.midstream.testkit.sim.tcp.Behaviour.UNDO;
import static dev.midstream.testkit.sim.tcp.Behaviour.WINDOW_SCALING;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The options of an endpoint. Immutable.
 *
 * @param behaviours the enabled behaviours
 * @param mssBytes announced maximum payload of a segment, sent and received, without options
 * @param receiveBufferBytes octets that the application has not read
 * @param windowScale 0 to 14, if {@link Behaviour#WINDOW_SCALING} is on
 * @param initialWindowSegments initial congestion window
 * @param maxTimeouts consecutive timeouts before the connection is aborted
 * @param times timer values
 * @param hopLimit the hop limit, or time to live, of its packets
 */
public record EndpointOptions(
    Set<Behaviour> behaviours,
    int mssBytes,
    int receiveBufferBytes,
    int windowScale,
    int initialWindowSegments,
    int maxTimeouts,
    EndpointTimes times,
    int hopLimit) {

  /** Smaller announcements count as this many octets, as in Linux. */
  public static final int LEAST_MSS_BYTES = 48;

  /** A current TCP. */
  public static final EndpointOptions MODERN =
      new EndpointOptions(
          Set.of(
              NAGLE,
              DELAYED_ACK,
              CONGESTION_CONTROL,
              FAST_RETRANSMIT,
              SACK,
              D_SACK,
              RACK,
              UNDO,
              TIMESTAMPS,
              WINDOW_SCALING,
              CHALLENGE_ACKS),
          1_460,
          262_144,
          7,
          10,
          15,
          EndpointTimes.LINUX,
          64);

  /** A TCP of 1999: NewReno, and no option except the segment size. */
  public static final EndpointOptions CLASSIC =
      new EndpointOptions(
          Set.of(NAGLE, DELAYED_ACK, CONGESTION_CONTROL, FAST_RETRANSMIT),
          1_460,
          65_535,
          0,
          4,
          15,
          EndpointTimes.LINUX,
          64);

  /** Copies the set. */
  public EndpointOptions {
    behaviours = Set.copyOf(behaviours);
    if (mssBytes < 1 || windowScale < 0 || windowScale > 14 || receiveBufferBytes < 1) {
      throw new IllegalArgumentException(
          "mss=" + mssBytes + " scale=" + windowScale + " buffer=" + receiveBufferBytes);
    }
  }

  /** The maximum payload of a segment, which is at least {@link #LEAST_MSS_BYTES}. */
  public int segmentBytes() {
    return Math.max(LEAST_MSS_BYTES, mssBytes);
  }

  /** Whether {@code behaviour} is enabled. */
  public boolean has(Behaviour behaviour) {
    return behaviours.contains(behaviour);
  }

  /** A copy with these behaviours enabled. */
  public EndpointOptions with(Behaviour... on) {
    Set<Behaviour> changed = EnumSet.noneOf(Behaviour.class);
    changed.addAll(behaviours);
    Collections.addAll(changed, on);
    return withBehaviours(changed);
  }

  /** A copy with these behaviours disabled. */
  public EndpointOptions without(Behaviour... off) {
    Set<Behaviour> changed = EnumSet.noneOf(Behaviour.class);
    changed.addAll(behaviours);
    changed.removeAll(Arrays.asList(off));
    return withBehaviours(changed);
  }

  private EndpointOptions withBehaviours(Set<Behaviour> set) {
    return new EndpointOptions(
        set,
        mssBytes,
        receiveBufferBytes,
        windowScale,
        initialWindowSegments,
        maxTimeouts,
        times,
        hopLimit);
  }

  public EndpointOptions withMss(int bytes) {
    return new EndpointOptions(
        behaviours,
        bytes,
        receiveBufferBytes,
        windowScale,
        initialWindowSegments,
        maxTimeouts,
        times,
        hopLimit);
  }

  /** A copy with another receive buffer and window scale. */
  public EndpointOptions withBuffer(int bytes, int scale) {
    return new EndpointOptions(
        behaviours, mssBytes, bytes, scale, initialWindowSegments, maxTimeouts, times, hopLimit);
  }

  public EndpointOptions withInitialWindow(int segments) {
    return new EndpointOptions(
        behaviours,
        mssBytes,
        receiveBufferBytes,
        windowScale,
        segments,
        maxTimeouts,
        times,
        hopLimit);
  }

  public EndpointOptions withMaxTimeouts(int timeouts) {
    return new EndpointOptions(
        behaviours,
        mssBytes,
        receiveBufferBytes,
        windowScale,
        initialWindowSegments,
        timeouts,
        times,
        hopLimit);
  }

  public EndpointOptions withTimes(EndpointTimes other) {
    return new EndpointOptions(
        behaviours,
        mssBytes,
        receiveBufferBytes,
        windowScale,
        initialWindowSegments,
        maxTimeouts,
        other,
        hopLimit);
  }

  public EndpointOptions withHopLimit(int limit) {
    return new EndpointOptions(
        behaviours,
        mssBytes,
        receiveBufferBytes,
        windowScale,
        initialWindowSegments,
        maxTimeouts,
        times,
        limit);
  }
}
