package dev.midstream.modcmd.command;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

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
