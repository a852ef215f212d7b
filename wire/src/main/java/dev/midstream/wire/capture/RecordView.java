package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;

/**
 * The record of the current packet: where it lies in the file and what its header says. Filled by a
 * scanner, reused for every packet. At the end of the file it is the empty range behind the last
 * sound record.
 */
final class RecordView {
  /** The record is {@code [start, end)} of the file. */
  long start;

  long end;

  /** Where its packet starts, and how many octets of it are there. */
  long packetOffset;

  int capturedBytes;

  /** Octets on the wire, as the record says. */
  long originalBytes;

  /** Number of the interface, counted over the whole file. */
  int interfaceId;

  LinkType linkType = LinkType.OTHER;

  /** The time stamp as it stands in the file. */
  long stamp;

  /** The time since the epoch; never negative, at most {@link TimeResolution#MAX_NANOS}. */
  long timeNanos;

  /** Where pcapng options start; {@code end} if there are none. */
  long optionsOffset;

  /** Whether it is a simple packet block: no time stamp, its length told by the snap length. */
  boolean simple;

  /** Octets the capture cut off. */
  int missingBytes() {
    return (int) Math.clamp(originalBytes - capturedBytes, 0L, Integer.MAX_VALUE);
  }

  /** Becomes the empty range at {@code offset}. */
  void setEmpty(long offset) {
    start = offset;
    end = offset;
    simple = false;
    optionsOffset = offset;
  }
}
