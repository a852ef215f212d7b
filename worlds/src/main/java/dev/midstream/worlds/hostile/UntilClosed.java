package dev.midstream.worlds.hostile;

import dev.midstream.reassembly.lifecycle.ConnectionExpiry;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Shows an observer the packets of an edited connection as long as the box remembers it: until the
 * box has acknowledged a FIN of each end, and nothing came for twice the maximum segment lifetime.
 * One of the FINs may be planted. What its end sends later belongs to no known connection.
 */
final class UntilClosed implements PacketObserver {
  private final PacketObserver observer;
  private final Map<Leg, Side> sides = new EnumMap<>(Leg.class);
  private long arrivedNanos;
  private boolean forgotten;

  /** The FINs of one end. */
  private static final class Side {
    private final WatchedSegment sent;
    private final Set<Long> finEnds = new HashSet<>();
    private boolean finished;

    Side(Leg leg, Ends ends) {
      sent = WatchedSegment.sentBy(leg, ends);
    }

    void arrives() {
      if (sent.view().isFin()) {
        finEnds.add(sent.end());
      }
    }

    void acknowledges(WatchedSegment answer) {
      finished |= answer.view().isAck() && finEnds.contains(answer.ack());
    }
  }

  UntilClosed(Ends ends, PacketObserver observer) {
    this.observer = observer;
    for (Leg each : Leg.values()) {
      sides.put(each, new Side(each, ends));
    }
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place == Place.INTO_BOX && side(leg).sent.read(packet)) {
      arrive(side(leg), nowNanos);
    } else if (place == Place.OUT_OF_BOX && side(leg.opposite()).sent.read(packet)) {
      side(leg).acknowledges(side(leg.opposite()).sent);
    }
    if (!forgotten) {
      observer.seen(place, leg, packet, nowNanos);
    }
  }

  /** Notes that the box does not know the connection any more. */
  void forget() {
    forgotten = true;
  }

  /** A SYN that comes again does not keep a closed connection. */
  private void arrive(Side side, long nowNanos) {
    boolean silent = nowNanos - arrivedNanos >= ConnectionExpiry.EDITED_CLOSING_NANOS;
    forgotten |= silent && sides.values().stream().allMatch(each -> each.finished);
    arrivedNanos = side.sent.view().isSyn() ? arrivedNanos : nowNanos;
    side.arrives();
  }

  private Side side(Leg leg) {
    return Objects.requireNonNull(sides.get(leg));
  }
}
