package dev.midstream.engines.worker;

import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.header.FlowHashView;
import dev.midstream.wire.packet.Packet;

/**
 * The bucket of each packet: of its addresses and ports, of its addresses if it is a fragment or
 * belongs to a tunnel, of the packet that it quotes if it is an ICMP error; 0 of everything else.
 */
public final class Buckets {
  private final BucketHash hash;
  private final FlowHashView view = new FlowHashView();

  /** Divides packets by {@code hash}. */
  public Buckets(BucketHash hash) {
    this.hash = hash;
  }

  /** The number of buckets. */
  public int count() {
    return hash.buckets();
  }

  /** The bucket of a packet. */
  public int of(Packet packet) {
    return view.read(packet) ? hash.of(view) : 0;
  }

  /** The bucket of the connection between two endpoints. */
  public int of(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int sourcePort,
      int destinationPort) {
    return hash.of(
        sourceHigh, sourceLow, destinationHigh, destinationLow, sourcePort, destinationPort);
  }
}
