package dev.midstream.reassembly.path;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.fragment.FragmentReassembler;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.IcmpView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;

/**
 * Hands packets off to the engine that owns their connection. If that engine has no room, packets
 * that may be changed are dropped, since their numbers may be shifted there. The others pass
 * uninspected.
 */
public final class Handoff {
  private final RuleChoice choice;
  private final ConnectionRouter router;
  private final Counters counters;
  private final Packet copy = new Packet();
  private boolean fenced;

  public Handoff(RuleChoice choice, ConnectionRouter router, Counters counters) {
    this.choice = choice;
    this.router = router;
    this.counters = counters;
  }

  /** Sets whether another engine, which is not known here, owns the connections of this one. */
  public void setFenced(boolean fenced) {
    this.fenced = fenced;
  }

  /** Whether packets of connections of this engine are dropped, because another one owns them. */
  public boolean isFenced() {
    return fenced;
  }

  /** Drops a packet of a connection that another engine owns. */
  public Disposition dropFenced() {
    counters.count(Reason.FENCED);
    return Disposition.TAKEN;
  }

  /** The owner of a segment's connection; {@link ConnectionRouter#SELF} for this engine. */
  public int ownerOf(FrameView view) {
    return router.ownerOf(
        ConnectionKey.network(view),
        view.sourceHigh(),
        view.sourceLow(),
        view.destinationHigh(),
        view.destinationLow(),
        view.sourcePort(),
        view.destinationPort());
  }

  /** Whether a segment's connection belongs to this engine. */
  public boolean isOwn(FrameView view) {
    return ownerOf(view) == ConnectionRouter.SELF;
  }

  /** The owner of the connection that an ICMP error quotes. */
  int ownerOf(IcmpView error) {
    return router.ownerOf(
        ConnectionKey.network(error),
        error.sourceHigh(),
        error.sourceLow(),
        error.destinationHigh(),
        error.destinationLow(),
        error.sourcePort(),
        error.destinationPort());
  }

  /** Hands the packet of a segment off to {@code owner}. */
  public Disposition handOff(int owner, FrameView view) {
    return handOff(owner, view.packet()) || mayBeChanged(view)
        ? Disposition.TAKEN
        : Disposition.FORWARD;
  }

  /** Hands an ICMP error off to {@code owner}. */
  Disposition handOff(int owner, Packet packet, IcmpView error) {
    return handOff(owner, packet)
            || choice.mayBeChanged(
                error.ipVersion(),
                error.sourceHigh(),
                error.sourceLow(),
                error.destinationHigh(),
                error.destinationLow())
        ? Disposition.TAKEN
        : Disposition.FORWARD;
  }

  /** Hands the fragments of a datagram off to {@code owner}. */
  void handOff(int owner, FragmentReassembler reassembler) {
    reassembler.sendFragments(packet -> {
      copy.at(packet.memory(), packet.offset(), packet.length());
      copy.from(
              packet.linkType(), packet.leg().opposite(), packet.interfaceId(), packet.timeNanos())
          .offload(packet.checksumState(), packet.gsoBytes());
      handOff(owner, copy);
    });
  }

  private boolean handOff(int owner, Packet packet) {
    boolean taken = router.handOff(owner, packet);
    counters.count(taken ? Reason.REDIRECTED : Reason.REDIRECT_LIMIT);
    return taken;
  }

  /** Whether the rules allow changes of a connection between the addresses of {@code view}. */
  boolean mayBeChanged(FrameView view) {
    return choice.mayBeChanged(
        view.ipVersion(),
        view.sourceHigh(),
        view.sourceLow(),
        view.destinationHigh(),
        view.destinationLow());
  }
}
