package dev.midstream.testkit.sim;

import dev.midstream.testkit.sim.event.EventQueue;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One side of a simulated network: its ends, found by their ports. */
final class Host {
  private final EventQueue events;
  private final Map<Integer, Resident> residents = new HashMap<>();
  private final List<TcpEndpoint> endpoints = new ArrayList<>();
  private final FrameView view = new FrameView();

  /** An end, and who waits for its ports. */
  private record Resident(TcpEndpoint endpoint, Wakeup wakeup, Deque<Resident> waiting) {}

  Host(EventQueue events) {
    this.events = events;
  }

  /**
   * Takes an end in, which starts at {@code startNanos}. If another has its ports, one that opens a
   * connection takes them at once; one that waits takes them when the other lets go.
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

  /** Gives a packet to the end it is for; one for nobody is lost. */
  void deliver(Packet packet, long nowNanos) {
    if (view.read(packet) != FrameKind.TCP) {
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

  /** Whether every end has done everything. */
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
