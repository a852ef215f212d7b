package dev.midstream.agent;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** A view of a part of a text, as an agent sees it when the text arrives in parts. */
public final class ArrayView extends OctetView {
  private static final ValueLayout.OfLong EIGHT =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final byte[] octets;
  private final int start;

  private ArrayView(byte[] octets, int start) {
    this.octets = octets;
    this.start = start;
  }

  /** A view of {@code octets}, the first of the stream. */
  static OctetView of(byte... octets) {
    return new ArrayView(octets, 0);
  }

  /** The characters [start, end) of {@code text}, one octet for each. */
  public static OctetView of(String text, int start, int end) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    return new ArrayView(Arrays.copyOfRange(octets, start, end), start);
  }

  /** All characters of {@code text}, one octet for each. */
  public static OctetView of(String text) {
    return of(text, 0, text.length());
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public int length() {
    return octets.length;
  }

  @Override
  public byte at(int index) {
    return octets[index];
  }

  @Override
  public long eightAt(int index) {
    return MemorySegment.ofArray(octets).get(EIGHT, index);
  }

  @Override
  public boolean endOfStream() {
    return false;
  }

  @Override
  public boolean flush() {
    return false;
  }

  @Override
  public byte[] copy(int index, int length) {
    Objects.checkFromIndexSize(index, length, octets.length);
    return Arrays.copyOfRange(octets, index, index + length);
  }

  @Override
  public Octets octets(int index, int length) {
    return Octets.of(copy(index, length));
  }
}
