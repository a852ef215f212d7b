package dev.midstream.reassembly;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Owners;
import dev.midstream.reassembly.fragment.Gathering;
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
final class Redirection {
  private final EngineConfiguration configuration;
  private final Owners owners;
  private final Counters counters;
  private final Packet handed = new Packet();
  private int owner = Owners.SELF;

  Redirection(EngineConfiguration configuration, Owners owners, Counters counters) {
    this.configuration = configuration;
    this.owners = owners;
    this.counters = counters;
  }

  /** Whether the connection of a segment is somebody else's; only its ends need to be true. */
  boolean isElsewhere(FrameView view) {
    owner =
        owners.ownerOf(
            view.sourceHigh(),
            view.sourceLow(),
            view.destinationHigh(),
            view.destinationLow(),
            view.sourcePort(),
            view.destinationPort());
    return owner != Owners.SELF;
  }

  /** Whether the connection that an error is about is somebody else's. */
  boolean isElsewhere(IcmpView error) {
    owner =
        owners.ownerOf(
            error.sourceHigh(),
            error.sourceLow(),
            error.destinationHigh(),
            error.destinationLow(),
            error.sourcePort(),
            error.destinationPort());
    return owner != Owners.SELF;
  }

  /** Hands over the packet that was last found to be somebody else's. */
  Disposition hand(FrameView view) {
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
  Disposition hand(Packet packet, IcmpView error) {
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
  void hand(Gathering gathering) {
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
    boolean taken = owners.hand(owner, packet);
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
