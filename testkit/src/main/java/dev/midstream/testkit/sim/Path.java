package dev.midstream.testkit.sim;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.link.WireLimits;
import dev.midstream.wire.packet.Leg;
import java.util.EnumMap;
import java.util.Map;

/**
 * The path from the client, inside, to the server, outside, and the place of the box on it.
 * Immutable. A new path has a delay, no faults and no rate limit.
 *
 * <pre>
 *   client ===== inside wire ===== box ===== outside wire ===== server
 * </pre>
 */
public final class Path {
  private static final int QUEUE_BYTES = 1 << 20;

  private final long delayNanos;
  private final int boxPercent;
  private final long bytesPerSecond;
  private final int queueBytes;
  private final Map<Leg, Map<Direction, WireFaults>> faults;

  private Path(
      long delayNanos,
      int boxPercent,
      long bytesPerSecond,
      int queueBytes,
      Map<Leg, Map<Direction, WireFaults>> faults) {
    this.delayNanos = delayNanos;
    this.boxPercent = boxPercent;
    this.bytesPerSecond = bytesPerSecond;
    this.queueBytes = queueBytes;
    this.faults = faults;
  }

  /** A path with the one-way delay {@code delayNanos} and the box in the middle. */
  public static Path of(long delayNanos) {
    return new Path(delayNanos, 50, 0, QUEUE_BYTES, Map.of());
  }

  /** A copy with the box at {@code percent} of the way from the client. */
  public Path withBoxAt(int percent) {
    return new Path(delayNanos, percent, bytesPerSecond, queueBytes, faults);
  }

  /** A copy with limited wires: octets for each second, and octets in the queue. */
  public Path withRate(long bytesPerSecond, int queueBytes) {
    return new Path(delayNanos, boxPercent, bytesPerSecond, queueBytes, faults);
  }

  /** A copy with these faults on one side, in one direction. */
  public Path withFaults(Leg leg, Direction direction, WireFaults wireFaults) {
    Map<Leg, Map<Direction, WireFaults>> changed = new EnumMap<>(Leg.class);
    changed.putAll(faults);
    Map<Direction, WireFaults> ofLeg = new EnumMap<>(Direction.class);
    ofLeg.putAll(faults.getOrDefault(leg, Map.of()));
    ofLeg.put(direction, wireFaults);
    changed.put(leg, ofLeg);
    return new Path(delayNanos, boxPercent, bytesPerSecond, queueBytes, changed);
  }

  /** A copy with these faults on both sides, in both directions. */
  public Path withFaults(WireFaults wireFaults) {
    Path changed = this;
    for (Leg leg : Leg.values()) {
      for (Direction direction : Direction.values()) {
        changed = changed.withFaults(leg, direction, wireFaults);
      }
    }
    return changed;
  }

  /** The one-way delay between the endpoints. */
  public long delayNanos() {
    return delayNanos;
  }

  WireFaults faults(Leg leg, Direction direction) {
    return faults.getOrDefault(leg, Map.of()).getOrDefault(direction, WireFaults.NONE);
  }

  WireLimits limits(Leg leg) {
    long inside = delayNanos * boxPercent / 100;
    long delay = leg == Leg.INSIDE ? inside : delayNanos - inside;
    return new WireLimits(delay, bytesPerSecond, queueBytes);
  }

  @Override
  public String toString() {
    return "delay=" + delayNanos + " box=" + boxPercent + "% rate=" + bytesPerSecond + " " + faults;
  }
}
