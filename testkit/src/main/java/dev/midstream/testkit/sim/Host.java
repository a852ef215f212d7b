package dev.midstream.testkit.sim;

import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.testkit.sim.time.EventQueue;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One side of a simulated network: its endpoints by their ports. */
final class Host {
  private final EventQueue events;
  private final Map<Integer, Resident> residents = new HashMap<>();
  private final List<TcpEndpoint> endpoints = new ArrayList<>();
  private final SegmentReader view = new SegmentReader();

  /** An endpoint, and the endpoints that wait for its ports. */
  private record Resident(TcpEndpoint endpoint, Wakeup wakeup, Deque<Resident> waiting) {}

  Host(EventQueue events) {
    this.events = events;
  }

  /**
   * Adds an endpoint that starts at {@code startNanos}. If its ports are in use, an active endpoint
   * replaces the other at once, and a passive one waits until the other yields.
   */
  void add(TcpEndpoint endpoint, int localPort, int remotePort, long startNanos) {
    Wakeup wakeup = new Wakeup(events, endpoint::nextDeadlineNanos, endpoint::onTimer);
    Resident resident = new Resident(endpoint, wakeup, new ArrayDeque<>());
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
      before.waiting.addLast(resident);
    }
  }

  /** Delivers a packet to the endpoint with its ports, or drops it if there is none. */
  void deliver(Packet packet, long nowNanos) {
    if (!view.read(packet)) {
      return;
    }
    int key = key(view.destinationPort(), view.sourcePort());
    Resident resident = residents.get(key);
    if (resident == null) {
      return;
    }
    if (!resident.waiting.isEmpty() && resident.endpoint.yieldsTo(packet)) {
      Resident next = resident.waiting.removeFirst();
      next.waiting.addAll(resident.waiting);
      residents.put(key, next);
      resident = next;
    }
    resident.endpoint.receive(packet, nowNanos);
    resident.wakeup.refresh();
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
