package dev.midstream.reassembly.path;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.fragment.FragmentReassembler;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.IcmpView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;

/**
 * Hands packets of connections that another engine owns over to it. Where that has no room, what
 * may be changed is dropped, since its numbers may be others there, and the rest passes unseen.
 */
public final class Handoff {
  private final EngineConfiguration configuration;
  private final ConnectionRouter router;
  private final Counters counters;
  private final Packet handed = new Packet();
  private int owner = ConnectionRouter.SELF;

  public Handoff(EngineConfiguration configuration, ConnectionRouter router, Counters counters) {
    this.configuration = configuration;
    this.router = router;
    this.counters = counters;
  }

  /** Whether the connection of a segment is somebody else's; only its ends need to be true. */
  public boolean isElsewhere(FrameView view) {
    owner =
        router.ownerOf(
            view.sourceHigh(),
            view.sourceLow(),
            view.destinationHigh(),
            view.destinationLow(),
            view.sourcePort(),
            view.destinationPort());
    return owner != ConnectionRouter.SELF;
  }

  /** Whether the connection that an error is about is somebody else's. */
  public boolean isElsewhere(IcmpView error) {
    owner =
        router.ownerOf(
            error.sourceHigh(),
            error.sourceLow(),
            error.destinationHigh(),
            error.destinationLow(),
            error.sourcePort(),
            error.destinationPort());
    return owner != ConnectionRouter.SELF;
  }

  /** Hands over the packet that was last found to be somebody else's. */
  public Disposition hand(FrameView view) {
    return hand(view.packet())
            || mayBeChanged(
                view.ipVersion(),
                view.sourceHigh(),
                view.sourceLow(),
                view.destinationHigh(),
                view.destinationLow())
        ? Disposition.TAKEN
        : Disposition.FORWARD;
  }

  /** Hands over the error that was last found to be about a connection of somebody else. */
  public Disposition hand(Packet packet, IcmpView error) {
    return hand(packet)
            || mayBeChanged(
                error.ipVersion(),
                error.sourceHigh(),
                error.sourceLow(),
                error.destinationHigh(),
                error.destinationLow())
        ? Disposition.TAKEN
        : Disposition.FORWARD;
  }

  /** Hands over the fragments of a datagram that was last found to be somebody else's. */
  public void hand(FragmentReassembler gathering) {
    gathering.sendFragments(packet -> {
      handed.at(packet.memory(), packet.offset(), packet.length());
      handed
          .from(
              packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos())
          .offload(packet.checksumState(), packet.gsoBytes());
      hand(handed);
    });
  }

  private boolean hand(Packet packet) {
    boolean taken = router.hand(owner, packet);
    counters.count(taken ? Reason.REDIRECTED : Reason.REDIRECT_LIMIT);
    return taken;
  }

  private boolean mayBeChanged(
      int ipVersion, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
    return configuration.mode() == Mode.ENFORCE
        && configuration
            .rules()
            .mayChange(ipVersion, sourceHigh, sourceLow, destinationHigh, destinationLow);
  }
}
