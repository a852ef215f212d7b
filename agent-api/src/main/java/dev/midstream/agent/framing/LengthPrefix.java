package dev.midstream.agent.framing;

import dev.midstream.agent.OctetView;
import java.nio.ByteOrder;

/**
 * A frame that begins with its length.
 *
 * @param width octets of the length field, 1 to 4; the length is unsigned
 * @param order byte order of the length field
 * @param countsItself whether the length includes the length field
 * @param limit maximum octets of a frame with its prefix; at least {@code width}
 */
public record LengthPrefix(int width, ByteOrder order, boolean countsItself, int limit) {
  /** Rejects an invalid width or limit. */
  public LengthPrefix {
    if (width < 1 || width > Integer.BYTES || limit < width) {
      throw new IllegalArgumentException(
          "no frame has these bounds, width=" + width + " limit=" + limit);
    }
  }

  /**
   * The end of the frame that starts at {@code from}.
   *
   * @return a position after {@code from}, {@link Framing#MORE}, {@link Framing#TOO_LONG}, or
   *     {@link Framing#MALFORMED} if the length includes its own field and is shorter than the
   *     field
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

  /** The value of the length field at {@code from}; the view must contain the whole field. */
  public long lengthAt(OctetView view, int from) {
    long length = 0;
    for (int i = 0; i < width; i++) {
      int place = order == ByteOrder.BIG_ENDIAN ? i : width - 1 - i;
      length = length << Byte.SIZE | Byte.toUnsignedLong(view.at(from + place));
    }
    return length;
  }
}
