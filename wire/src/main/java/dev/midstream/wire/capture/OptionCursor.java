package dev.midstream.wire.capture;

import static dev.midstream.wire.capture.PcapngDescriptor.OPTION_END;
import static dev.midstream.wire.capture.PcapngDescriptor.OPTION_HEADER_BYTES;
import static dev.midstream.wire.capture.PcapngDescriptor.padded;

/** Iterates over the options of a pcapng block; stops at the end or at an invalid option. */
final class OptionCursor {
  private final CaptureInput input;
  private long next;
  private long end;
  private int code;
  private int length;
  private long valueOffset;

  OptionCursor(CaptureInput input, long start, long end) {
    this.input = input;
    reset(start, end);
  }

  /** Restarts at the front of {@code [start, end)}. */
  OptionCursor reset(long start, long end) {
    next = start;
    this.end = end;
    return this;
  }

  boolean next() {
    if (end - next < OPTION_HEADER_BYTES) {
      return false;
    }
    code = input.unsignedShortAt(next);
    length = input.unsignedShortAt(next + Short.BYTES);
    valueOffset = next + OPTION_HEADER_BYTES;
    next = valueOffset + padded(length);
    return code != OPTION_END && next <= end;
  }

  int code() {
    return code;
  }

  /** Octets of the value, without its padding. */
  int length() {
    return length;
  }

  long valueOffset() {
    return valueOffset;
  }
}
