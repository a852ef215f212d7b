package dev.midstream.engines.worker;

import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.header.FlowHashView;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Packet;

/**
 * The bucket of each packet: of its addresses and ports, of its addresses if it is a fragment or
 * belongs to a tunnel, of the packet that it quotes if it is an ICMP error; 0 of everything else.
 */
public final class Buckets {
  private BucketHash hash;
  private final FlowHashView view = new FlowHashView();

  /** Divides packets by {@code hash}. */
  public Buckets(BucketHash hash) {
    this.hash = hash;
  }

  /**
   * Divides packets by another key from now on. No bucket may be open.
   *
   * @param other has as many buckets
   */
  public void setHash(BucketHash other) {
    if (other.buckets() != hash.buckets()) {
      throw new IllegalArgumentException("another number of buckets: buckets=" + other.buckets());
    }
    hash = other;
  }

  /** The hash. */
  public BucketHash hash() {
    return hash;
  }

  /** The number of buckets. */
  public int count() {
    return hash.buckets();
  }

  /**
   * What names the connections of {@code bucket} that stay with a node which does not own it
   * (PDP-1): a number that no bucket has.
   */
  public int stayingPlace(int bucket) {
    return bucket + count();
  }

  /** The bucket of a place: {@code place} itself, or that of {@link #stayingPlace}. */
  public int bucketOf(int place) {
    return place < count() ? place : place - count();
  }

  /** The bucket of a packet. */
  public int of(Packet packet) {
    return view.read(packet) ? hash.of(view) : 0;
  }

  /** The bucket of the connection of a segment. */
  int of(FrameView segment) {
    return hash.of(
        segment.sourceHigh(),
        segment.sourceLow(),
        segment.destinationHigh(),
        segment.destinationLow(),
        segment.sourcePort(),
        segment.destinationPort());
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
