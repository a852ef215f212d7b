package dev.midstream.modcmd.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link StateWriter} wrote. The octets may be damaged or of another version: whatever
 * they are, {@link MalformedState} is all that is thrown, and no more is allocated than there are
 * octets. Not thread-safe.
 */
public final class StateReader {
  private static final int MAX_NUMBER_BYTES = 10;
  private static final int MAX_TEXT_BYTES = 1_024;
  private static final long MAX_POSITION = 1L << 62;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] octets;
  private final int end;
  private final long ageNanos;
  private int at;

  /** Reads [from, to) of {@code octets}. */
  public StateReader(byte[] octets, int from, int to) {
    this(octets, from, to, 0);
  }

  /** Reads [from, to) of {@code octets}, which were written {@code ageNanos} ago. */
  public StateReader(byte[] octets, int from, int to, long ageNanos) {
    this.octets = octets;
    this.ageNanos = ageNanos;
    at = from;
    end = to;
  }

  /** Octets that are left. */
  public int remaining() {
    return end - at;
  }

  /** An octet, 0 to 255. */
  public int octet() {
    require(1);
    return octets[at++] & 0xff;
  }

  /** 32 bits. */
  public int int32() {
    return (int) INT.get(octets, skip(Integer.BYTES));
  }

  /** 64 bits. */
  public long int64() {
    return (long) int32() << 32 | (int32() & 0xffff_ffffL);
  }

  /** A number. */
  public long number() {
    long value = 0;
    for (int i = 0; i < MAX_NUMBER_BYTES; i++) {
      int next = octet();
      value |= (next & 0x7fL) << (7 * i);
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedState("number is too long");
  }

  /** A number that may be negative. */
  public long signed() {
    long value = number();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A number from 0 to {@code max}. */
  public int count(int max) {
    long value = number();
    if (value < 0 || value > max) {
      throw new MalformedState("number out of range: value=" + value + " max=" + max);
    }
    return (int) value;
  }

  /** A position in a stream: 0 or more, and far from the end of the range. */
  public long position() {
    long value = number();
    if (value < 0 || value >= MAX_POSITION) {
      throw new MalformedState("position out of range: value=" + value);
    }
    return value;
  }

  /** The position that lies so far beyond {@code before} as was written. */
  public long positionAfter(long before) {
    long value = before + position();
    if (value >= MAX_POSITION) {
      throw new MalformedState("position out of range: value=" + value);
    }
    return value;
  }

  /** The position at the signed distance from {@code other} that was written. */
  public long positionNear(long other) {
    long value = other + signed();
    if (value < 0 || value >= MAX_POSITION) {
      throw new MalformedState("position out of range: value=" + value);
    }
    return value;
  }

  /** A time in the range of {@code nowNanos}. */
  public long time(long nowNanos) {
    long value = number();
    if (value == 0 || value == 1) {
      return value == 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
    long age = value - 2;
    return nowNanos - ageNanos - ((age >>> 1) ^ -(age & 1));
  }

  /** Copies the next {@code count} octets. */
  public byte[] octets(int count) {
    int from = skip(count);
    return Arrays.copyOfRange(octets, from, from + count);
  }

  /** Skips {@code count} octets; returns where they start in {@link #memory}. */
  public int skip(int count) {
    require(count);
    int from = at;
    at += count;
    return from;
  }

  /** The memory that is read. */
  public byte[] memory() {
    return octets;
  }

  /** A text with its length. */
  public String text() {
    int length = count(MAX_TEXT_BYTES);
    return new String(octets, skip(length), length, StandardCharsets.UTF_8);
  }

  /** The content of a field, whose tag was read. */
  public StateReader field() {
    int length = int32();
    int from = skip(length);
    return new StateReader(octets, from, from + length, ageNanos);
  }

  private void require(int count) {
    if (count < 0 || count > end - at) {
      throw new MalformedState("state is cut short: wanted=" + count + " left=" + (end - at));
    }
  }
}
