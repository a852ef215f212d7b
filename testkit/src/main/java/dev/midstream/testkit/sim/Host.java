package dev.midstream.testkit.sim;

import dev.midstream.testkit.sim.event.EventQueue;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One side of a simulated network: its ends, found by their ports. */
final class Host {
  private final EventQueue events;
  private final Map<Integer, Resident> residents = new HashMap<>();
  private final List<TcpEndpoint> endpoints = new ArrayList<>();
  private final FrameView view = new FrameView();

  private record Resident(TcpEndpoint endpoint, Wakeup wakeup) {}

  Host(EventQueue events) {
    this.events = events;
  }

  /** Takes an end in, which starts at {@code startNanos}; it replaces one with the same ports. */
  void add(TcpEndpoint endpoint, int localPort, int remotePort, long startNanos) {
    Wakeup wakeup = new Wakeup(events, endpoint::nextDeadlineNanos, endpoint::onTimer);
    endpoints.add(endpoint);
    events.at(
        startNanos,
        nowNanos -> {
          residents.put(key(localPort, remotePort), new Resident(endpoint, wakeup));
          endpoint.start(nowNanos);
          wakeup.refresh();
        });
  }

  /** Gives a packet to the end it is for; one for nobody is lost. */
  void take(Packet packet, long nowNanos) {
    if (view.read(packet) != FrameKind.TCP) {
      return;
    }
    Resident resident = residents.get(key(view.destinationPort(), view.sourcePort()));
    if (resident != null) {
      resident.endpoint.take(packet, nowNanos);
      resident.wakeup.refresh();
    }
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
