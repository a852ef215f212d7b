package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.octet;

import java.lang.foreign.MemorySegment;

/** The loose and strict source route options of IPv4 (RFC 791 section 3.1). */
final class SourceRoute {
  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int LOOSE = 131;
  private static final int STRICT = 137;
  private static final int ROUTE_OFFSET = 3;
  private static final int ADDRESS_BYTES = 4;
  private static final int FIXED_BYTES = 20;
  private static final int DESTINATION_OFFSET = 16;

  private SourceRoute() {}

  /**
   * Where the address of the final destination is: the one that the checksum covers and that
   * replies come from. It is the last address of a source route that is not completed, else the
   * destination of the header.
   *
   * @param at where the IP header starts
   */
  static long finalDestination(MemorySegment memory, long at, int headerLength) {
    return headerLength == FIXED_BYTES
        ? at + DESTINATION_OFFSET
        : routedDestination(memory, at, headerLength);
  }

  private static long routedDestination(MemorySegment memory, long at, int headerLength) {
    int option = FIXED_BYTES;
    while (option < headerLength) {
      int type = octet(memory, at + option);
      if (type == NO_OPERATION) {
        option++;
        continue;
      }
      int room = headerLength - option;
      int length = type == END || room < 2 ? 0 : octet(memory, at + option + 1);
      if (length < 2 || length > room) {
        break;
      }
      if ((type == LOOSE || type == STRICT) && hasRemainingHops(memory, at + option, length)) {
        return at + option + length - ADDRESS_BYTES;
      }
      option += length;
    }
    return at + DESTINATION_OFFSET;
  }

  private static boolean hasRemainingHops(MemorySegment memory, long option, int length) {
    return length >= ROUTE_OFFSET + ADDRESS_BYTES && octet(memory, option + 2) <= length;
  }
}
