package dev.midstream.wire.packet;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One packet where it lies: a range of some memory with what is known about it. Rings, files and
 * arrays look alike. Reusable; not thread-safe; its memory ends with the call that passed it, but
 * for whom its owner lets retain it.
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

  /** Says how many octets the capture cut off behind the last one; 0 for a whole packet. */
  public Packet missing(int missingBytes) {
    this.missingBytes = missingBytes;
    return this;
  }

  /**
   * Says that the payload is {@code parts} and follows the headers, which is all that lies where
   * the packet points to.
   */
  public Packet parts(PayloadParts parts) {
    this.parts = parts;
    missingBytes = parts.bytes();
    return this;
  }

  /** Says that whoever retains {@code owner} has the packet's payload for longer than the call. */
  public Packet owner(@Nullable MemoryOwner owner) {
    this.owner = owner;
    return this;
  }

  /** Says where the packet came from (or leaves to) and when. */
  public Packet from(LinkType linkType, Leg leg, int interfaceId, long timeNanos) {
    this.linkType = linkType;
    this.leg = leg;
    this.interfaceId = interfaceId;
    this.timeNanos = timeNanos;
    return this;
  }

  /** Says what its checksum field holds and, for a super-segment, how it is to be cut. */
  public Packet offload(ChecksumState checksumState, int gsoBytes) {
    this.checksumState = checksumState;
    this.gsoBytes = gsoBytes;
    return this;
  }

  /** The memory the packet lies in. */
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
   * Whom to retain to have the payload for longer than the call, as long as the port is open; null
   * if it must be copied.
   */
  public @Nullable MemoryOwner owner() {
    return owner;
  }

  /** Octets that were on the wire but are not where the packet points to. */
  public int missingBytes() {
    return missingBytes;
  }

  /** What its first octets are. */
  public LinkType linkType() {
    return linkType;
  }

  /** The side it came from, or leaves by. */
  public Leg leg() {
    return leg;
  }

  /** The time it was received; nanoseconds since the port's own zero. */
  public long timeNanos() {
    return timeNanos;
  }

  /** What its TCP checksum field holds. */
  public ChecksumState checksumState() {
    return checksumState;
  }

  /** Payload octets of each piece a super-segment is to be cut into; 0 for an ordinary packet. */
  public int gsoBytes() {
    return gsoBytes;
  }

  /** The port's number of the interface it came from; the box copies it to what it emits. */
  public int interfaceId() {
    return interfaceId;
  }
}
