package dev.midstream.agent.state;

import dev.midstream.agent.Octets;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what {@link StateWriter} wrote. Every value has a limit, so damaged octets cannot take
 * memory. Each method throws {@link IllegalArgumentException} if the octets are no such value or
 * exceed the limit. Not thread-safe.
 */
public final class StateReader {
  private static final int GROUP_BITS = 7;
  private static final int MORE = 1 << GROUP_BITS;

  private final byte[] octets;
  private int at;

  /** Reads {@code octets} from the first one; they must not change. */
  public StateReader(byte[] octets) {
    this.octets = octets;
  }

  /** A number in [0, max]. */
  public long number(long max) {
    long value = unsigned();
    check(value >= 0 && value <= max, "number out of range: max=", max);
    return value;
  }

  /** A number in [0, max]. */
  public int number(int max) {
    return (int) number((long) max);
  }

  /** A number of any sign. */
  public long signed() {
    long value = unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A truth value. */
  public boolean flag() {
    int value = next();
    check(value <= 1, "no truth value");
    return value == 1;
  }

  /** One of {@code choices}, which may have grown at the end since it was written. */
  public <E> E choice(List<E> choices) {
    return choices.get(number(choices.size() - 1));
  }

  /** A run of at most {@code maxLength} octets. */
  public Octets octets(int maxLength) {
    return Octets.of(run(maxLength));
  }

  /** A text of at most {@code maxBytes} octets of UTF-8. */
  public String text(int maxBytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(run(maxBytes))).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("state is damaged, no text: at=" + at, e);
    }
  }

  /** Refuses octets after the last value. */
  public void end() {
    check(at == octets.length, "octets after the last value: length=", octets.length);
  }

  private byte[] run(int maxLength) {
    int length = number(maxLength);
    check(length <= octets.length - at, "octets are missing: length=", length);
    at += length;
    return Arrays.copyOfRange(octets, at - length, at);
  }

  private long unsigned() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += GROUP_BITS) {
      int group = next();
      value |= (long) (group & (MORE - 1)) << shift;
      if ((group & MORE) == 0) {
        boolean isShortest = shift == 0 || group != 0;
        boolean fits = shift + GROUP_BITS <= Long.SIZE || group >> (Long.SIZE - shift) == 0;
        check(isShortest && fits, "number is not in its shortest form");
        return value;
      }
    }
    throw new IllegalArgumentException("state is damaged, number is too long: at=" + at);
  }

  private int next() {
    check(at < octets.length, "octets are missing");
    return Byte.toUnsignedInt(octets[at++]);
  }

  /** The text is made only of what does not hold: most values are sound. */
  private void check(boolean holds, String damage, long number) {
    if (!holds) {
      check(false, damage + number);
    }
  }

  private void check(boolean holds, String damage) {
    if (!holds) {
      throw new IllegalArgumentException("state is damaged, " + damage + " at=" + at);
    }
  }
}
