package dev.midstream.testkit.sim.tcp;

import dev.midstream.wire.header.TcpOptionsView;

/** What both SYNs said, and so what holds for the connection. */
final class NegotiatedOptions {
  private static final int DEFAULT_MSS = 536;
  private static final int TIMESTAMPS_BYTES = 12;

  private final EndpointOptions options;
  private boolean sack;
  private boolean timestamps;
  private boolean scaling;
  private int peerScale;
  private int peerMss = DEFAULT_MSS;

  NegotiatedOptions(EndpointOptions options) {
    this.options = options;
    sack = options.has(Behaviour.SACK);
    timestamps = options.has(Behaviour.TIMESTAMPS);
    scaling = options.has(Behaviour.WINDOW_SCALING);
  }

  /** Takes the options of the peer's SYN. */
  void negotiate(TcpOptionsView peer) {
    sack = options.has(Behaviour.SACK) && peer.hasSackPermitted();
    timestamps = options.has(Behaviour.TIMESTAMPS) && peer.hasTimestamps();
    scaling = options.has(Behaviour.WINDOW_SCALING) && peer.windowScale() >= 0;
    peerScale = scaling ? peer.windowScale() : 0;
    int announced = peer.maximumSegmentLength();
    peerMss = announced <= 0 ? DEFAULT_MSS : announced;
  }

  boolean sack() {
    return sack;
  }

  boolean timestamps() {
    return timestamps;
  }

  boolean scaling() {
    return scaling;
  }

  /** How far the peer's windows are shifted. */
  int peerScale() {
    return peerScale;
  }

  /** How far the window in {@code segment} is shifted; that of a SYN never is. */
  int scaleOf(Segment segment) {
    return segment.view().isSyn() ? 0 : peerScale;
  }

  /** How far own windows are shifted. */
  int ownScale() {
    return scaling ? options.windowScale() : 0;
  }

  /** Payload octets of a full segment. */
  int payloadMss() {
    int overhead = timestamps ? TIMESTAMPS_BYTES : 0;
    return Math.max(1, Math.min(peerMss, options.mssBytes()) - overhead);
  }
}
