package dev.midstream.agents.http;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** The coding gzip (RFC 1952) of whole bodies; what is encoded has one member. */
final class Gzip {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int FLAGS = 3;
  private static final int HEADER_CHECK = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int RESERVED = 0xe0;
  private static final int TRAILER_BYTES = 8;
  private static final int BUFFER_BYTES = 4_096;

  private Gzip() {}

  /** The decoded octets of all members; null if they are no gzip, or more than {@code limit}. */
  static byte @Nullable [] decode(byte[] octets, int limit) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Inflater inflater = new Inflater(true);
    try {
      int at = 0;
      do {
        at = decodeMember(octets, at, inflater, limit, out);
      } while (at > 0 && at < octets.length);
      return at < 0 ? null : out.toByteArray();
    } catch (DataFormatException _) {
      return null;
    } finally {
      inflater.end();
    }
  }

  /** Decodes the member at {@code from}; returns its end, or -1 if it is damaged or too long. */
  private static int decodeMember(
      byte[] octets, int from, Inflater inflater, int limit, ByteArrayOutputStream out)
      throws DataFormatException {
    int start = headerEnd(octets, from);
    if (start < 0 || start > octets.length - TRAILER_BYTES) {
      return -1;
    }
    inflater.reset();
    inflater.setInput(octets, start, octets.length - start);
    CRC32 sum = new CRC32();
    byte[] buffer = new byte[BUFFER_BYTES];
    int count = inflater.inflate(buffer);
    while (count > 0 && out.size() + count <= limit) {
      out.write(buffer, 0, count);
      sum.update(buffer, 0, count);
      count = inflater.inflate(buffer);
    }
    int end = octets.length - inflater.getRemaining();
    boolean isWhole =
        count == 0
            && inflater.finished()
            && octets.length - end >= TRAILER_BYTES
            && number(octets, end) == (int) sum.getValue()
            && number(octets, end + 4) == (int) inflater.getBytesWritten();
    return isWhole ? end + TRAILER_BYTES : -1;
  }

  /** The end of the header; -1 if there is none. */
  private static int headerEnd(byte[] octets, int from) {
    if (octets.length - from < HEADER.length) {
      return -1;
    }
    for (int i = 0; i < FLAGS; i++) {
      if (octets[from + i] != HEADER[i]) {
        return -1;
      }
    }
    int flags = octets[from + FLAGS];
    if ((flags & RESERVED) != 0) {
      return -1;
    }
    int at = from + HEADER.length;
    if ((flags & EXTRA) != 0) {
      at =
          at + 2 > octets.length
              ? -1
              : at + 2 + (octets[at] & 0xff) + ((octets[at + 1] & 0xff) << 8);
    }
    at = (flags & NAME) != 0 ? textEnd(octets, at) : at;
    at = (flags & COMMENT) != 0 ? textEnd(octets, at) : at;
    return at >= 0 && (flags & HEADER_CHECK) != 0 ? at + 2 : at;
  }

  /** The end of a text that ends with 0; -1 if it does not end. */
  private static int textEnd(byte[] octets, int from) {
    int at = from;
    while (at >= 0 && at < octets.length && octets[at] != 0) {
      at++;
    }
    return at >= 0 && at < octets.length ? at + 1 : -1;
  }

  static byte[] encode(byte[] octets) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HEADER);
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(octets);
      deflater.finish();
      byte[] buffer = new byte[BUFFER_BYTES];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
    } finally {
      deflater.end();
    }
    write(out, (int) sum(octets));
    write(out, octets.length);
    return out.toByteArray();
  }

  private static long sum(byte[] octets) {
    CRC32 sum = new CRC32();
    sum.update(octets);
    return sum.getValue();
  }

  private static int number(byte[] octets, int at) {
    int number = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      number |= (octets[at + i] & 0xff) << (Byte.SIZE * i);
    }
    return number;
  }

  private static void write(ByteArrayOutputStream out, int number) {
    for (int i = 0; i < Integer.BYTES; i++) {
      out.write(number >>> (Byte.SIZE * i));
    }
  }
}
