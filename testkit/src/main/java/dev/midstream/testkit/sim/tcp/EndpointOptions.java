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
 * How an endpoint behaves. Immutable.
 *
 * @param behaviours the switches that are on
 * @param mssBytes the largest segment it takes and sends, in payload octets without options
 * @param receiveBufferBytes room for octets that the application has not read
 * @param windowScale 0 to 14, if {@link Behaviour#WINDOW_SCALING} is on
 * @param initialWindowSegments the congestion window at the start
 * @param maxTimeouts consecutive timeouts after which the connection is given up
 * @param times its times
 */
public record EndpointOptions(
    Set<Behaviour> behaviours,
    int mssBytes,
    int receiveBufferBytes,
    int windowScale,
    int initialWindowSegments,
    int maxTimeouts,
    EndpointTimes times) {

  /** A TCP of today. */
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
          EndpointTimes.LINUX);

  /** A TCP of the year 1999: no options but the segment size, NewReno. */
  public static final EndpointOptions CLASSIC =
      new EndpointOptions(
          Set.of(NAGLE, DELAYED_ACK, CONGESTION_CONTROL, FAST_RETRANSMIT),
          1_460,
          65_535,
          0,
          4,
          15,
          EndpointTimes.LINUX);

  /** Copies the set. */
  public EndpointOptions {
    behaviours = Set.copyOf(behaviours);
    if (mssBytes < 1 || windowScale < 0 || windowScale > 14 || receiveBufferBytes < 1) {
      throw new IllegalArgumentException(
          "mss=" + mssBytes + " scale=" + windowScale + " buffer=" + receiveBufferBytes);
    }
  }

  /** Whether the switch is on. */
  public boolean has(Behaviour behaviour) {
    return behaviours.contains(behaviour);
  }

  /** The same with these switches on. */
  public EndpointOptions with(Behaviour... on) {
    Set<Behaviour> changed = EnumSet.noneOf(Behaviour.class);
    changed.addAll(behaviours);
    Collections.addAll(changed, on);
    return withBehaviours(changed);
  }

  /** The same with these switches off. */
  public EndpointOptions without(Behaviour... off) {
    Set<Behaviour> changed = EnumSet.noneOf(Behaviour.class);
    changed.addAll(behaviours);
    changed.removeAll(Arrays.asList(off));
    return withBehaviours(changed);
  }

  private EndpointOptions withBehaviours(Set<Behaviour> set) {
    return new EndpointOptions(
        set, mssBytes, receiveBufferBytes, windowScale, initialWindowSegments, maxTimeouts, times);
  }

  public EndpointOptions withMss(int bytes) {
    return new EndpointOptions(
        behaviours,
        bytes,
        receiveBufferBytes,
        windowScale,
        initialWindowSegments,
        maxTimeouts,
        times);
  }

  /** The same with another receive buffer and window scale. */
  public EndpointOptions withBuffer(int bytes, int scale) {
    return new EndpointOptions(
        behaviours, mssBytes, bytes, scale, initialWindowSegments, maxTimeouts, times);
  }

  public EndpointOptions withInitialWindow(int segments) {
    return new EndpointOptions(
        behaviours, mssBytes, receiveBufferBytes, windowScale, segments, maxTimeouts, times);
  }

  public EndpointOptions withMaxTimeouts(int timeouts) {
    return new EndpointOptions(
        behaviours,
        mssBytes,
        receiveBufferBytes,
        windowScale,
        initialWindowSegments,
        timeouts,
        times);
  }

  public EndpointOptions withTimes(EndpointTimes other) {
    return new EndpointOptions(
        behaviours,
        mssBytes,
        receiveBufferBytes,
        windowScale,
        initialWindowSegments,
        maxTimeouts,
        other);
  }
}
