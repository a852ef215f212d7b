package dev.midstream.agent.state;

import dev.midstream.agent.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes values one after the other, without their names or types. {@link StateReader} must read
 * them in the same order. Not thread-safe.
 */
public final class StateWriter {
  private static final int GROUP_BITS = 7;
  private static final int MORE = 1 << GROUP_BITS;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A number, 0 or more: 7 bits in an octet, the lowest first; 1 octet up to 127. */
  public StateWriter number(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("negative number: value=" + value);
    }
    return unsigned(value);
  }

  /** A number of any sign; 1 octet from -64 to 63. */
  public StateWriter signed(long value) {
    return unsigned((value << 1) ^ (value >> (Long.SIZE - 1)));
  }

  /** A truth value; 1 octet. */
  public StateWriter flag(boolean value) {
    out.write(value ? 1 : 0);
    return this;
  }

  /**
   * One of {@code choices}, by its place in the list. What was written once must stay readable: the
   * list may grow at its end, and nothing else.
   */
  public <E> StateWriter choice(E value, List<E> choices) {
    int place = choices.indexOf(value);
    if (place < 0) {
      throw new IllegalArgumentException("not one of the choices: value=" + value);
    }
    return unsigned(place);
  }

  /** A run of octets, after its length. */
  public StateWriter octets(Octets value) {
    return octets(value.toArray());
  }

  /** A text as UTF-8, after its length in octets. It must not contain half a surrogate pair. */
  public StateWriter text(String value) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
      byte[] utf8 = new byte[encoded.remaining()];
      encoded.get(utf8);
      return octets(utf8);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("half a surrogate pair: length=" + value.length(), e);
    }
  }

  /** All that was written. */
  public byte[] toArray() {
    return out.toByteArray();
  }

  private StateWriter octets(byte[] value) {
    unsigned(value.length);
    out.writeBytes(value);
    return this;
  }

  private StateWriter unsigned(long value) {
    long rest = value;
    while ((rest & -MORE) != 0) {
      out.write((int) (rest & (MORE - 1)) | MORE);
      rest >>>= GROUP_BITS;
    }
    out.write((int) rest);
    return this;
  }
}
