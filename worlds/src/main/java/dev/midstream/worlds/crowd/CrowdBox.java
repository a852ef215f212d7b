package dev.midstream.worlds.crowd;

import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.law.ExplainedBox;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The box of a crowd: tells which connection each packet belongs to, shows it to the observers of
 * that connection, and notes for which one the engine found no room.
 */
final class CrowdBox implements Box, PacketObserver, EventSink {
  private final Map<Integer, Tuple> tuples;
  private final SegmentReader view = new SegmentReader();
  private final Map<Incarnation, ExplainedBox> explained = new HashMap<>();
  private @Nullable Box box;
  private ToLongFunction<Reason> counts = reason -> 0;
  private long evicted;
  private @Nullable Incarnation arriving;

  /** A box for {@code tuples}, by their {@link #key}. */
  CrowdBox(Map<Integer, Tuple> tuples) {
    this.tuples = tuples;
  }

  /** Notes that the engine dies, and another one goes on with what its records say. */
  void noteEngineDied() {
    explained.values().forEach(ExplainedBox::noteEngineDied);
  }

  static int key(int clientPort, int serverPort) {
    return (clientPort << 16) | serverPort;
  }

  /** Passes all packets to {@code watched}, and counts reasons for each connection. */
  void place(Box watched, ToLongFunction<Reason> counts) {
    box = watched;
    this.counts = counts;
    for (Tuple tuple : tuples.values()) {
      for (Incarnation each : tuple.incarnations()) {
        ExplainedBox own = each.pair().explained(watched, counts);
        if (own != null) {
          explained.put(each, own);
        }
      }
    }
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place != Place.INTO_BOX && place != Place.OUT_OF_BOX) {
      return;
    }
    boolean arrives = place == Place.INTO_BOX;
    Leg from = arrives ? leg : leg.opposite();
    Tuple tuple = view.read(packet) ? tuple(from) : null;
    Incarnation incarnation = tuple == null ? null : tuple.of(view, from);
    if (arrives) {
      arriving = incarnation;
      if (tuple != null && incarnation != null && view.isTcpChecksumRight()) {
        tuple.arrive(incarnation, view, nowNanos);
      }
    }
    if (incarnation != null) {
      if (!arrives && view.isRst()) {
        incarnation.noteReset(nowNanos);
      }
      if (incarnation.isForgotten(nowNanos)) {
        incarnation.unwatch();
      }
      incarnation.show(place, leg, packet, nowNanos);
      ExplainedBox own = arrives ? null : explained.get(incarnation);
      if (own != null) {
        own.leave(leg, packet, nowNanos);
      }
    }
  }

  /** What leaves then has another cause than the last packet that arrived. */
  @Override
  public void timer(long nowNanos) {
    tuples.values().forEach(tuple -> tuple.incarnations().forEach(each -> each.timer(nowNanos)));
  }

  private @Nullable Tuple tuple(Leg from) {
    return from == Leg.INSIDE
        ? tuples.get(key(view.sourcePort(), view.destinationPort()))
        : tuples.get(key(view.destinationPort(), view.sourcePort()));
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Incarnation incarnation = arriving;
    Box own = incarnation != null && incarnation.isWatched() ? explained.get(incarnation) : null;
    long refused = refused() - evicted;
    Disposition disposition = (own == null ? watched() : own).onPacket(packet, nowNanos, out);
    if (incarnation != null && refused() - evicted > refused) {
      incarnation.noteNoRoom();
    }
    return disposition;
  }

  private long refused() {
    return counts.applyAsLong(Reason.CONNECTION_LIMIT) + counts.applyAsLong(Reason.OPTION_FORBIDS);
  }

  private Box watched() {
    if (box == null) {
      throw new IllegalStateException("no box");
    }
    return box;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    watched().onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return watched().nextDeadlineNanos();
  }

  /** Notes which connection was evicted; the others were refused when they came. */
  @Override
  public void event(Reason reason, String connection, String text) {
    if (reason != Reason.CONNECTION_LIMIT || connection.isEmpty()) {
      return;
    }
    evicted++;
    Tuple tuple = tupleOf(connection);
    if (tuple != null) {
      tuple.latest().noteNoRoom();
    }
  }

  /** The connections with these ends, such as {@code 10.0.0.1:40000 > 10.0.0.2:80}. */
  @Nullable Tuple tupleOf(String connection) {
    String[] ends = connection.split(" > ", -1);
    Tuple found = tuples.get(key(port(ends[0]), port(ends[1])));
    return found == null ? tuples.get(key(port(ends[1]), port(ends[0]))) : found;
  }

  /** The incarnation that {@code connection} is by its initial sequence numbers. */
  @Nullable Incarnation incarnationOf(Connection connection) {
    Tuple tuple = tupleOf(connection.name());
    return tuple == null ? null : tuple.of(connection.handshakes());
  }

  private static int port(String end) {
    return Integer.parseInt(end.substring(end.lastIndexOf(':') + 1));
  }
}
