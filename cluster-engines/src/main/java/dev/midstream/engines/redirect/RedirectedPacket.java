package dev.midstream.engines.redirect;

import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketCopy;

/**
 * A packet that one node passes on to another, and what goes with it. Reusable; not thread-safe.
 *
 * <p>The octets, leg, link type, checksum state and segment length of the packet travel with it.
 */
public final class RedirectedPacket {
  private final Packet packet = new Packet();
  private Kind kind = Kind.TO_OWNER;
  private int bucket;
  private long epoch = 1;
  private int hops = 1;
  private long origin;

  /** What the receiver is to do with the packet. */
  public enum Kind {
    /** Process it: it came to a node that does not own its bucket. Its leg is where it came. */
    TO_OWNER,
    /** Send it: it came of a packet that the receiver had passed on. Its leg is where it leaves. */
    TO_LEAVE,
    /**
     * Process it: its connection stays at the receiver, which does not own its bucket. Its leg is
     * where it came.
     */
    TO_STAYER,
    /** Send it: its connection stays at the sender, which does not own its bucket. */
    TO_LEAVE_STAYING
  }

  /**
   * Sets all but the packet.
   *
   * @param bucket 0 to 4,095
   * @param epoch the epoch of the bucket, as the sender knows it; 1 or more
   * @param hops how often the packet is passed on with this time, 1 or 2
   */
  public RedirectedPacket set(Kind kind, int bucket, long epoch, int hops) {
    this.kind = kind;
    this.bucket = bucket;
    this.epoch = epoch;
    this.hops = hops;
    return this;
  }

  /** Sets the upper half of the incarnation of the node where the packet came. */
  public RedirectedPacket origin(long origin) {
    this.origin = origin;
    return this;
  }

  /** Makes the packet the same as {@code other}, whose octets are not copied. */
  RedirectedPacket of(Packet other) {
    packet
        .at(other.memory(), other.offset(), other.length())
        .missing(other.missingBytes())
        .from(other.linkType(), other.leg(), other.interfaceId(), other.timeNanos())
        .offload(other.checksumState(), other.gsoBytes());
    return this;
  }

  /** Makes the packet the one that was copied. */
  RedirectedPacket of(PacketCopy copy) {
    copy.restore(packet);
    return this;
  }

  /** The packet. */
  public Packet packet() {
    return packet;
  }

  /** What the receiver is to do with it. */
  public Kind kind() {
    return kind;
  }

  /** Its bucket. */
  public int bucket() {
    return bucket;
  }

  /** The epoch of the bucket, as the sender knows it. */
  public long epoch() {
    return epoch;
  }

  /** The upper half of the incarnation of the node where the packet came. */
  public long origin() {
    return origin;
  }

  /** How often it was passed on, this time included. */
  public int hops() {
    return hops;
  }
}
