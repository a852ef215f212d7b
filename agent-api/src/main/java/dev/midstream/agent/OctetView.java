package dev.midstream.agent;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The undecided octets of one direction: first the held ones, then the new ones; contiguous and
 * read-only.
 *
 * <p>Indices count from 0 to {@link #length()} - 1. The view lies in the engine's memory and is
 * valid only during the call that received it. Not thread-safe. Only the engine and tests extend
 * it.
 */
public abstract class OctetView {
  private static final int CASE_BIT = 0x20;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /**
   * The stream offset of the first octet of the view; 0 is the first payload octet of the
   * direction.
   */
  public abstract long start();

  /** The number of octets in the view, 0 or more. */
  public abstract int length();

  /** The octet at {@code index}, which must be in [0, length). */
  public abstract byte at(int index);

  /**
   * The eight octets at {@code index} as a little-endian number; index + 8 must not exceed length.
   */
  public abstract long eightAt(int index);

  /**
   * Whether the stream ends with the last octet of this view. The agent then decides all of it:
   * what it leaves undecided goes to {@code on-hold-limit}.
   */
  public abstract boolean endOfStream();

  /**
   * Whether the hold time passed without new octets. The agent decides as at the end of the stream;
   * octets that it leaves undecided pass.
   */
  public abstract boolean flush();

  /** Copies {@code length} octets from {@code index}; the range must lie in the view. */
  public abstract byte[] copy(int index, int length);

  /** A copy of {@code length} octets from {@code index}; the range must lie in the view. */
  public abstract Octets octets(int index, int length);

  /** The {@code length} octets from {@code index} as a text of ISO-8859-1 characters. */
  public final String latin1(int index, int length) {
    return new String(copy(index, length), StandardCharsets.ISO_8859_1);
  }

  /**
   * Whether the {@code length} octets from {@code index} equal {@code lowerCase} without regard to
   * the case of ASCII letters. Allocates nothing.
   *
   * @param lowerCase has no upper case letters
   */
  public final boolean matches(int index, int length, Octets lowerCase) {
    Objects.checkFromIndexSize(index, length, length());
    if (length != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      int octet = at(index + i);
      int folded = octet >= 'A' && octet <= 'Z' ? octet | CASE_BIT : octet;
      if (folded != lowerCase.at(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The first position of {@code octet} in [from, to), or {@code to} if there is none. Looks at
   * eight positions at a time.
   */
  public final int indexOf(byte octet, int from, int to) {
    Objects.checkFromToIndex(from, to, length());
    long wanted = LOW_BITS * Byte.toUnsignedLong(octet);
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long differing = eightAt(at) ^ wanted;
      long marks = (differing - LOW_BITS) & ~differing & HIGH_BITS;
      if (marks != 0) {
        return at + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
      }
    }
    while (at < to && at(at) != octet) {
      at++;
    }
    return at;
  }

  /**
   * Whether all readers of lines take the octets [from, to) alike: each CR is followed by a LF and
   * each LF follows a CR, as RFC 5321 section 2.3.8 wants, and no LF is followed by a dot or a NUL.
   * Looks only at pairs of octets that both lie in the range, many at a time.
   */
  public boolean hasPlainLines(int from, int to) {
    Objects.checkFromToIndex(from, to, length());
    for (int i = from; i < to - 1; i++) {
      byte first = at(i);
      byte second = at(i + 1);
      boolean isDotted = first == '\n' && (second == '.' || second == 0);
      if ((first == '\r') != (second == '\n') || isDotted) {
        return false;
      }
    }
    return true;
  }
}
