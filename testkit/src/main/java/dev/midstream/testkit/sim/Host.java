package dev.midstream.testkit.sim;

import dev.midstream.testkit.segment.IcmpReader;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.testkit.sim.time.EventQueue;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One side of a simulated network: its endpoints by their ports. */
final class Host {
  private final EventQueue events;
  private final Map<Integer, Resident> residents = new HashMap<>();
  private final List<TcpEndpoint> endpoints = new ArrayList<>();
  private final SegmentReader view = new SegmentReader();
  private final IcmpReader error = new IcmpReader();

  /** An endpoint, and the one that waits for its ports. */
  private static final class Resident {
    private final TcpEndpoint endpoint;
    private final Wakeup wakeup;
    private @Nullable Resident waiting;

    Resident(TcpEndpoint endpoint, Wakeup wakeup) {
      this.endpoint = endpoint;
      this.wakeup = wakeup;
    }
  }

  Host(EventQueue events) {
    this.events = events;
  }

  /**
   * Adds an endpoint that starts at {@code startNanos}. If its ports are in use, an active endpoint
   * replaces the other at once, and a passive one waits until the other yields. If one waits
   * already, its peer is gone, and it is replaced.
   */
  void add(TcpEndpoint endpoint, int localPort, int remotePort, long startNanos) {
    Wakeup wakeup = new Wakeup(events, endpoint::nextDeadlineNanos, endpoint::onTimer);
    Resident resident = new Resident(endpoint, wakeup);
    endpoints.add(endpoint);
    events.at(
        startNanos,
        nowNanos -> {
          bind(resident, key(localPort, remotePort));
          endpoint.start(nowNanos);
          wakeup.refresh();
        });
  }

  private void bind(Resident resident, int key) {
    Resident before = residents.get(key);
    if (before == null || resident.endpoint.setup().active()) {
      residents.put(key, resident);
    } else {
      before.waiting = resident;
    }
  }

  /** Delivers a packet to the endpoint with its ports, or drops it if there is none. */
  void deliver(Packet packet, long nowNanos) {
    if (!view.read(packet)) {
      deliverError(packet, nowNanos);
      return;
    }
    int key = key(view.destinationPort(), view.sourcePort());
    Resident resident = residents.get(key);
    if (resident == null) {
      return;
    }
    Resident next = resident.waiting;
    if (next != null && resident.endpoint.yieldsTo(packet)) {
      residents.put(key, next);
      resident = next;
    }
    resident.endpoint.receive(packet, nowNanos);
    resident.wakeup.refresh();
  }

  /** Delivers the message of a router to the endpoint that sent the segment. */
  private void deliverError(Packet packet, long nowNanos) {
    Resident resident =
        error.read(packet) && error.isTooBig()
            ? residents.get(key(error.sourcePort(), error.destinationPort()))
            : null;
    if (resident != null) {
      resident.endpoint.receive(error, nowNanos);
      resident.wakeup.refresh();
    }
  }

  /** Whether all endpoints are done. */
  boolean isDone() {
    for (TcpEndpoint each : endpoints) {
      if (!each.isDone()) {
        return false;
      }
    }
    return true;
  }

  private static int key(int localPort, int remotePort) {
    return (localPort << 16) | remotePort;
  }
}
