package dev.midstream.modcmd.state;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes state as octets, which {@link StateReader} reads. Numbers take one octet for each seven
 * bits, the lowest first. Reusable; it allocates only to grow, and to give back memory of which it
 * used little for a while. Not thread-safe.
 */
public final class StateWriter {
  private static final int INITIAL_BYTES = 512;
  private static final int FIELD_LENGTH_BYTES = 4;

  /** Memory is given back if so many times in a row no more than a quarter of it was used. */
  private static final int SHORT_IN_A_ROW = 64;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private byte[] octets = new byte[INITIAL_BYTES];
  private int length;
  private int shortInARow;

  /** Removes everything. */
  public void clear() {
    boolean isShort = length <= octets.length / 4 && octets.length > INITIAL_BYTES;
    shortInARow = isShort ? shortInARow + 1 : 0;
    if (shortInARow == SHORT_IN_A_ROW) {
      octets = new byte[Math.max(octets.length / 2, INITIAL_BYTES)];
      shortInARow = 0;
    }
    length = 0;
  }

  /** Octets written. */
  public int length() {
    return length;
  }

  /** The memory of the octets; valid until the next change. */
  public byte[] memory() {
    return octets;
  }

  /** A copy of the octets. */
  public byte[] toOctets() {
    return Arrays.copyOf(octets, length);
  }

  /** Writes the low eight bits. */
  public void octet(int value) {
    ensureRoom(1);
    octets[length++] = (byte) value;
  }

  /** Writes 32 bits, the highest first. */
  public void int32(int value) {
    ensureRoom(Integer.BYTES);
    INT.set(octets, length, value);
    length += Integer.BYTES;
  }

  /** Writes 64 bits, the highest first. */
  public void int64(long value) {
    int32((int) (value >>> 32));
    int32((int) value);
  }

  /** Writes a number; a negative one takes ten octets. */
  public void number(long value) {
    ensureRoom(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      octets[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    octets[length++] = (byte) rest;
  }

  /** Writes a number that may be negative, and is short if its absolute value is small. */
  public void signed(long value) {
    number((value << 1) ^ (value >> 63));
  }

  /**
   * Writes a time as its distance from {@code nowNanos}: clocks differ. The two ends of the range,
   * which mean that there is none, stay.
   */
  public void time(long nanos, long nowNanos) {
    if (nanos == Long.MAX_VALUE || nanos == Long.MIN_VALUE) {
      number(nanos == Long.MAX_VALUE ? 0 : 1);
    } else {
      long age = nowNanos - nanos;
      number(((age << 1) ^ (age >> 63)) + 2);
    }
  }

  /** Writes flags as one number; the first is the lowest bit. Allocates, as those below do not. */
  public void flags(boolean... flags) {
    long bits = 0;
    for (int i = 0; i < flags.length; i++) {
      bits |= flags[i] ? 1L << i : 0;
    }
    number(bits);
  }

  /** Writes a flag as a number. */
  public void flags(boolean flag) {
    number(flag ? 1 : 0);
  }

  /** Writes flags as one number; the first is the lowest bit. */
  public void flags(boolean first, boolean second) {
    flags(first, second, false, false);
  }

  /** Writes flags as one number; the first is the lowest bit. */
  public void flags(boolean first, boolean second, boolean third) {
    flags(first, second, third, false);
  }

  /** Writes flags as one number; the first is the lowest bit. */
  public void flags(boolean first, boolean second, boolean third, boolean fourth) {
    number((first ? 1 : 0) | (second ? 2 : 0) | (third ? 4 : 0) | (fourth ? 8 : 0));
  }

  /** Writes {@code count} octets of an array. */
  public void octets(byte[] source, int offset, int count) {
    ensureRoom(count);
    System.arraycopy(source, offset, octets, length, count);
    length += count;
  }

  /** Writes {@code count} octets of memory. */
  public void octets(MemorySegment source, long offset, int count) {
    ensureRoom(count);
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, octets, length, count);
    length += count;
  }

  /** Writes a text with its length, as UTF-8. */
  public void text(String text) {
    int start = length;
    number(text.length());
    if (!writeAscii(text)) {
      length = start;
      writeUtf8(text);
    }
  }

  private boolean writeAscii(String text) {
    ensureRoom(text.length());
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (letter >= 0x80) {
        return false;
      }
      octets[length++] = (byte) letter;
    }
    return true;
  }

  private void writeUtf8(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    number(encoded.length);
    octets(encoded, 0, encoded.length);
  }

  /**
   * Begins a field that a reader may skip.
   *
   * @return the place for {@link #endField}
   */
  public int beginField(int tag) {
    octet(tag);
    ensureRoom(FIELD_LENGTH_BYTES);
    length += FIELD_LENGTH_BYTES;
    return length;
  }

  /** Ends the field that began at {@code place}. */
  public void endField(int place) {
    int end = length;
    length = place - FIELD_LENGTH_BYTES;
    int32(end - place);
    length = end;
  }

  private void ensureRoom(int count) {
    if (octets.length - length < count) {
      octets = Arrays.copyOf(octets, Math.max(2 * octets.length, Math.addExact(length, count)));
    }
  }
}
