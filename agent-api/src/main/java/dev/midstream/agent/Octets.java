package dev.midstream.agent;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** An immutable run of octets. */
public final class Octets {
  private static final Octets EMPTY = new Octets(new byte[0]);

  private final byte[] octets;

  private Octets(byte[] octets) {
    this.octets = octets;
  }

  /** The empty run. */
  public static Octets empty() {
    return EMPTY;
  }

  /** A copy of {@code octets}. */
  public static Octets of(byte... octets) {
    return octets.length == 0 ? EMPTY : new Octets(octets.clone());
  }

  /** The UTF-8 octets of {@code text}. */
  public static Octets ofText(String text) {
    return text.isEmpty() ? EMPTY : new Octets(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The octets of {@code text}, one for each character (ISO-8859-1). Text that was read with {@link
   * #toLatin1} is the same again, which UTF-8 would damage.
   *
   * @throws IllegalArgumentException for a character above U+00FF
   */
  public static Octets ofLatin1(String text) {
    byte[] octets = new byte[text.length()];
    for (int i = 0; i < octets.length; i++) {
      if (text.charAt(i) > 0xff) {
        throw new IllegalArgumentException("character above U+00FF: index=" + i);
      }
      octets[i] = (byte) text.charAt(i);
    }
    return octets.length == 0 ? EMPTY : new Octets(octets);
  }

  /** A copy of {@code length} octets of {@code memory} from {@code offset}. */
  public static Octets of(MemorySegment memory, long offset, int length) {
    if (length == 0) {
      return EMPTY;
    }
    byte[] octets = new byte[length];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, octets, 0, length);
    return new Octets(octets);
  }

  /** The octets of {@code parts}, one after the other. */
  public static Octets join(Octets... parts) {
    int length = 0;
    for (Octets part : parts) {
      length = Math.addExact(length, part.octets.length);
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (Octets part : parts) {
      System.arraycopy(part.octets, 0, joined, at, part.octets.length);
      at += part.octets.length;
    }
    return length == 0 ? EMPTY : new Octets(joined);
  }

  /** The octets [from, to); a copy. */
  public Octets slice(int from, int to) {
    Objects.checkFromToIndex(from, to, octets.length);
    return from == to ? EMPTY : new Octets(Arrays.copyOfRange(octets, from, to));
  }

  /** A text with one character for each octet (ISO-8859-1). */
  public String toLatin1() {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  /** The number of octets. */
  public int length() {
    return octets.length;
  }

  /** Whether the run is empty. */
  public boolean isEmpty() {
    return octets.length == 0;
  }

  /** The octet at {@code index}, in [0, length). */
  public byte at(int index) {
    return octets[index];
  }

  /** Whether {@code other} begins with these octets; true for an empty run. */
  public boolean isPrefixOf(Octets other) {
    int length = octets.length;
    return length <= other.octets.length
        && Arrays.equals(octets, 0, length, other.octets, 0, length);
  }

  /** Copies octets [from, from + count) to {@code target} at {@code offset}. */
  public void copyTo(int from, int count, MemorySegment target, long offset) {
    MemorySegment.copy(octets, from, target, ValueLayout.JAVA_BYTE, offset, count);
  }

  /** A copy of all octets. */
  public byte[] toArray() {
    return octets.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /** The octets in hexadecimal; for tests and tools, never for logs of payload. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(octets);
  }
}
