package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;

/**
 * The record of the current packet: its range in the file and the fields of its header. A scanner
 * fills it for each packet. At the end of the file it is the empty range after the last valid
 * record.
 */
final class RecordView {
  /** The record is {@code [start, end)} of the file. */
  long start;

  long end;

  /** Where its packet starts, and how many octets of the frame are present. */
  long packetOffset;

  int capturedBytes;

  /** Octets on the wire, according to the record. */
  long originalBytes;

  /** Octets of the frame check sequence at the end of the frame; 0 if it has none. */
  int frameCheckBytes;

  /** The number of the interface across the whole file. */
  int interfaceId;

  LinkType linkType = LinkType.OTHER;

  /** The timestamp as in the file. */
  long stamp;

  /** The time since the epoch; never negative, at most {@link TimeResolution#MAX_NANOS}. */
  long timeNanos;

  /** Where pcapng options start; {@code end} if there are none. */
  long optionsOffset;

  /**
   * Whether it is a simple packet block: without a timestamp, its length given by the snap length.
   */
  boolean simple;

  /** Octets of the packet that are present, without the frame check sequence. */
  int packetBytes() {
    long wholeBytes = Math.max(originalBytes, capturedBytes) - frameCheckBytes;
    return (int) Math.clamp(wholeBytes, 0L, capturedBytes);
  }

  /** Octets of the packet that the capture cut off. */
  int missingBytes() {
    return (int) Math.clamp(originalBytes - frameCheckBytes - packetBytes(), 0L, Integer.MAX_VALUE);
  }

  /** Whether the capture cut octets of the frame off. */
  boolean isCut() {
    return originalBytes > capturedBytes;
  }

  /** Becomes the empty range at {@code offset}. */
  void setEmpty(long offset) {
    start = offset;
    end = offset;
    simple = false;
    optionsOffset = offset;
  }
}
