package dev.midstream.worlds.law;

import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** Observes which endpoint sends the first SYN; the engine treats it as the client. */
final class FirstSyn implements PacketObserver {
  private final WatchedAgent agent;
  private final FrameView view = new FrameView();
  private boolean seen;

  /** Reports a first SYN of the server to {@code agent}. */
  FirstSyn(WatchedAgent agent) {
    this.agent = agent;
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (seen || place != Place.INTO_BOX || view.read(packet) != FrameKind.TCP) {
      return;
    }
    if (!view.isSyn() || !view.isTcpChecksumRight()) {
      return;
    }
    seen = true;
    if (leg == Leg.OUTSIDE) {
      agent.opened(true);
    }
  }
}
