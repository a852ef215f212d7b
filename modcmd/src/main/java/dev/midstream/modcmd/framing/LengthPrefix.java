package dev.midstream.modcmd.framing;

import dev.midstream.modcmd.agent.OctetView;
import java.nio.ByteOrder;

/**
 * A frame that begins with its length.
 *
 * @param width octets of the length, 1 to 4; the length is not negative
 * @param order the order of those octets
 * @param countsItself whether the length counts its own octets
 * @param limit the most octets of a frame with its prefix; at least {@code width}
 */
public record LengthPrefix(int width, ByteOrder order, boolean countsItself, int limit) {
  /** Refuses widths and limits that no frame has. */
  public LengthPrefix {
    if (width < 1 || width > Integer.BYTES || limit < width) {
      throw new IllegalArgumentException(
          "no frame has these bounds, width=" + width + " limit=" + limit);
    }
  }

  /**
   * Where the frame from {@code from} ends in the view.
   *
   * @return a place after {@code from}, {@link Framing#MORE}, {@link Framing#TOO_LONG}, or {@link
   *     Framing#MALFORMED} if the length counts itself and is too small for that
   */
  public int end(OctetView view, int from) {
    if (view.length() - from < width) {
      return Framing.MORE;
    }
    long length = lengthAt(view, from) + (countsItself ? 0 : width);
    if (length < width) {
      return Framing.MALFORMED;
    }
    return length > limit ? Framing.TOO_LONG : Framing.countEnd(view, from, (int) length);
  }

  /** The length as written at {@code from}; the view must show all of it. */
  public long lengthAt(OctetView view, int from) {
    long length = 0;
    for (int i = 0; i < width; i++) {
      int place = order == ByteOrder.BIG_ENDIAN ? i : width - 1 - i;
      length = length << Byte.SIZE | Byte.toUnsignedLong(view.at(from + place));
    }
    return length;
  }
}
