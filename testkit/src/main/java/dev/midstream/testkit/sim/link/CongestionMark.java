package dev.midstream.testkit.sim.link;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** Marks frames as a congested router does (RFC 3168 section 5). */
final class CongestionMark {
  private static final int CONGESTION_EXPERIENCED = 3;

  private CongestionMark() {}

  /** Marks {@code frame} if its sender is ECN-capable. */
  static void put(Frame frame) {
    FrameView view = new FrameView();
    boolean tcp = view.read(frame.describe(new Packet(), Leg.INSIDE, 0)) == FrameKind.TCP;
    if (tcp && view.ecn() != 0) {
      new HeaderEditor().edit(view).ecn(CONGESTION_EXPERIENCED).done();
    }
  }
}
