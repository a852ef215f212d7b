package dev.midstream.testkit.sim.oracle;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/**
 * Checks one endpoint of a connection. The endpoint sends no new octets beyond the advertised
 * window, except probes of one octet and data on a SYN. It neither acknowledges nor reports by SACK
 * what it has not received. Its acknowledgement and its right edge never move back.
 */
public final class HonestEndOracle implements PacketObserver {
  private final Leg leg;
  private final boolean mayShrink;
  private final WatchedSegment outgoing;
  private final WatchedSegment incoming;
  private final RangeSet received = new RangeSet();
  private long sendEdge;
  private long highestSent;
  private int peerScale;
  private int ownScale;
  private boolean peerScales;
  private boolean ownScales;
  private long lastAck = -1;
  private long lastEdge = -1;

  /**
   * Checks the endpoint on the side {@code leg}.
   *
   * @param mayShrink whether its right edge may move back
   */
  public HonestEndOracle(Leg leg, Ends ends, boolean mayShrink) {
    this.leg = leg;
    this.mayShrink = mayShrink;
    outgoing = WatchedSegment.sentBy(leg, ends);
    incoming = WatchedSegment.sentBy(leg.opposite(), ends);
  }

  @Override
  public void seen(Place place, Leg where, Packet packet, long nowNanos) {
    if (where != leg) {
      return;
    }
    if (place == Place.SENT && outgoing.read(packet)) {
      checkSent(nowNanos);
    } else if (place == Place.RECEIVED && incoming.read(packet)) {
      noteReceived();
    }
  }

  private void noteReceived() {
    if (incoming.view().isSyn()) {
      peerScales = incoming.view().options().windowScale() >= 0;
      peerScale = Math.max(0, incoming.view().options().windowScale());
    }
    received.addUnbounded(incoming.start(), incoming.end());
    if (incoming.view().isAck()) {
      int shift = incoming.view().isSyn() || !bothScale() ? 0 : peerScale;
      long window = (long) incoming.view().windowField() << shift;
      sendEdge = Math.max(sendEdge, incoming.ack() + window);
    }
  }

  private boolean bothScale() {
    return ownScales && peerScales;
  }

  private void checkSent(long nowNanos) {
    if (outgoing.view().isSyn()) {
      ownScales = outgoing.view().options().windowScale() >= 0;
      ownScale = Math.max(0, outgoing.view().options().windowScale());
    }
    boolean free = outgoing.view().isSyn() || outgoing.end() - outgoing.start() <= 1;
    require(free || outgoing.end() <= Math.max(sendEdge, highestSent), "beyond window", nowNanos);
    highestSent = Math.max(highestSent, outgoing.end());
    if (outgoing.view().isAck() && !outgoing.view().isRst()) {
      checkAck(nowNanos);
      checkBlocks(nowNanos);
    }
  }

  private void checkAck(long nowNanos) {
    long ack = outgoing.ack();
    require(ack <= 0 || received.contains(0, ack), "acknowledges unreceived octets", nowNanos);
    require(ack >= lastAck, "acknowledgement goes back", nowNanos);
    int shift = outgoing.view().isSyn() || !bothScale() ? 0 : ownScale;
    long edge = ack + ((long) outgoing.view().windowField() << shift);
    require(mayShrink || edge >= lastEdge || ack > lastEdge, "edge goes back", nowNanos);
    lastAck = ack;
    lastEdge = edge;
  }

  private void checkBlocks(long nowNanos) {
    for (int i = 0; i < outgoing.view().options().sackBlocks(); i++) {
      long left = outgoing.sackLeft(i);
      long right = outgoing.sackRight(i);
      require(
          left < right && received.contains(left, right), "reports unreceived octets", nowNanos);
      require(i == 0 || left > lastAck, "reports acknowledged octets", nowNanos);
    }
  }

  private void require(boolean holds, String what, long nowNanos) {
    if (!holds) {
      throw new AssertionError(
          "endpoint is not honest: "
              + what
              + " leg="
              + leg
              + " nanos="
              + nowNanos
              + " start="
              + outgoing.start()
              + " end="
              + outgoing.end()
              + " ack="
              + outgoing.ack()
              + " sendEdge="
              + sendEdge
              + " lastEdge="
              + lastEdge);
    }
  }
}
