package dev.midstream.wire.packet;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One packet in place: a range of memory and its metadata. Rings, files and arrays look alike.
 * Reusable; not thread-safe. Its memory is valid during the call that passed it, and longer only if
 * its owner is retained.
 */
public final class Packet {
  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private int length;
  private int missingBytes;
  private LinkType linkType = LinkType.ETHERNET;
  private Leg leg = Leg.INSIDE;
  private long timeNanos;
  private ChecksumState checksumState = ChecksumState.COMPLETE;
  private int gsoBytes;
  private int interfaceId;
  private @Nullable PayloadParts parts;
  private @Nullable MemoryOwner owner;

  /** Points the packet at {@code length} octets at {@code offset} of {@code memory}. */
  public Packet at(MemorySegment memory, long offset, int length) {
    this.memory = memory;
    this.offset = offset;
    this.length = length;
    missingBytes = 0;
    parts = null;
    owner = null;
    return this;
  }

  /** Sets how many octets the capture cut off after the last one; 0 for a whole packet. */
  public Packet missing(int missingBytes) {
    this.missingBytes = missingBytes;
    return this;
  }

  /** Sets a payload that lies elsewhere. The packet's own range then contains only the headers. */
  public Packet parts(PayloadParts parts) {
    this.parts = parts;
    missingBytes = parts.bytes();
    return this;
  }

  /** Sets the owner that can be retained to keep the packet's payload beyond the call. */
  public Packet owner(@Nullable MemoryOwner owner) {
    this.owner = owner;
    return this;
  }

  /** Sets where the packet came from (or leaves to) and when. */
  public Packet from(LinkType linkType, Leg leg, int interfaceId, long timeNanos) {
    this.linkType = linkType;
    this.leg = leg;
    this.interfaceId = interfaceId;
    this.timeNanos = timeNanos;
    return this;
  }

  /** Makes this packet, which came in at one side, the same as it leaves on the other one. */
  public Packet leave() {
    leg = leg.opposite();
    return this;
  }

  /** Sets what the checksum field holds and, for a super-segment, the size of its segments. */
  public Packet offload(ChecksumState checksumState, int gsoBytes) {
    this.checksumState = checksumState;
    this.gsoBytes = gsoBytes;
    return this;
  }

  /** The memory that contains the packet. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where in the memory it starts. */
  public long offset() {
    return offset;
  }

  /** Octets present. */
  public int length() {
    return length;
  }

  /** The payload if it lies elsewhere, or null. */
  public @Nullable PayloadParts parts() {
    return parts;
  }

  /**
   * The owner to retain to keep the payload beyond the call, as long as the port is open; null if
   * the payload must be copied.
   */
  public @Nullable MemoryOwner owner() {
    return owner;
  }

  /** Octets that were on the wire but are not in the packet's range. */
  public int missingBytes() {
    return missingBytes;
  }

  /** The type of its link header. */
  public LinkType linkType() {
    return linkType;
  }

  /** The side it came from, or leaves by. */
  public Leg leg() {
    return leg;
  }

  /** When it was received, in nanoseconds since the port's own zero. */
  public long timeNanos() {
    return timeNanos;
  }

  /** What its TCP checksum field holds. */
  public ChecksumState checksumState() {
    return checksumState;
  }

  /** Payload octets of each segment that a super-segment is cut into; 0 for an ordinary packet. */
  public int gsoBytes() {
    return gsoBytes;
  }

  /**
   * The port's number of the interface that received it; the box copies it to the packets it emits.
   */
  public int interfaceId() {
    return interfaceId;
  }
}
