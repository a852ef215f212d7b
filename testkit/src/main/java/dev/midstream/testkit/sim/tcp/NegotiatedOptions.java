package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.OptionsReader;

/** The options of a connection, negotiated by both SYNs. */
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

  /** Applies the options of the peer's SYN. */
  void negotiate(OptionsReader peer) {
    sack = options.has(Behaviour.SACK) && peer.hasSackPermitted();
    timestamps = options.has(Behaviour.TIMESTAMPS) && peer.hasTimestamps();
    scaling = options.has(Behaviour.WINDOW_SCALING) && peer.windowScale() >= 0;
    peerScale = scaling ? peer.windowScale() : 0;
    int announced = peer.maximumSegment();
    peerMss = announced <= 0 ? DEFAULT_MSS : Math.max(EndpointOptions.LEAST_MSS_BYTES, announced);
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

  /** The scale of the peer's windows. */
  int peerScale() {
    return peerScale;
  }

  /** The scale of the window in {@code segment}; 0 for a SYN. */
  int scaleOf(Segment segment) {
    return segment.view().isSyn() ? 0 : peerScale;
  }

  /** The scale of the own windows. */
  int ownScale() {
    return scaling ? options.windowScale() : 0;
  }

  /** The payload octets of a full segment. */
  int payloadMss() {
    int overhead = timestamps ? TIMESTAMPS_BYTES : 0;
    return Math.max(1, Math.min(peerMss, options.segmentBytes()) - overhead);
  }
}
