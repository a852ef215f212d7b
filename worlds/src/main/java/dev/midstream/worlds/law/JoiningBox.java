package dev.midstream.worlds.law;

import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.EnumMap;
import java.util.Map;

/**
 * A wire that becomes a box in mid-stream: at the first segment after both endpoints have sent a
 * number of them, and some time after the last SYN.
 */
final class JoiningBox implements FrontBox {
  /** More than a SYN may be late. */
  private static final long AFTER_SYN_NANOS = 700_000_000L;

  private final Box box;
  private final int segments;
  private final Runnable joins;
  private final Map<Leg, WatchedSegment> sent = new EnumMap<>(Leg.class);
  private final Map<Leg, Integer> counts = new EnumMap<>(Leg.class);
  private long synNanos;
  private boolean joined;

  /**
   * A wire that becomes {@code box} after {@code segments} of each endpoint of {@code ends}.
   *
   * @param joins is run when it does
   */
  JoiningBox(Box box, Ends ends, int segments, Runnable joins) {
    this.joins = joins;
    this.box = box;
    this.segments = segments;
    for (Leg leg : Leg.values()) {
      sent.put(leg, WatchedSegment.sentBy(leg, ends));
      counts.put(leg, 0);
    }
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (!joined && isDue(packet, nowNanos)) {
      joined = true;
      joins.run();
    }
    return joined ? box.onPacket(packet, nowNanos, out) : Disposition.FORWARD;
  }

  private boolean isDue(Packet packet, long nowNanos) {
    WatchedSegment segment = sent.get(packet.leg());
    if (segment == null || !segment.read(packet)) {
      return false;
    }
    if (segment.view().isSyn()) {
      synNanos = nowNanos;
      return false;
    }
    counts.merge(packet.leg(), 1, Integer::sum);
    boolean enough = counts.values().stream().allMatch(count -> count > segments);
    return enough && nowNanos - synNanos > AFTER_SYN_NANOS;
  }

  @Override
  public Box box() {
    return box;
  }
}
