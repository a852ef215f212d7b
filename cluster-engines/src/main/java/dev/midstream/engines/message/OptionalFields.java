package dev.midstream.engines.message;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a message may have or not: a tag, a length and the content, up to the end of the message.
 */
final class OptionalFields {
  /* The tags. A number is never used again. */
  static final int TERM = 1;
  static final int TABLE = 2;
  static final int NODE = 3;
  static final int VERSION = 4;
  static final int TEXT = 5;
  static final int ROLE = 6;
  static final int STAYING = 7;
  static final int CLOSED = 8;

  private final Map<Integer, StateReader> fields = new HashMap<>();

  private OptionalFields() {}

  /** Writes a field, unless {@code value} is null. */
  static <T> void write(
      int tag, @Nullable T value, BiConsumer<T, StateWriter> writer, StateWriter out) {
    if (value != null) {
      int place = out.beginField(tag);
      writer.accept(value, out);
      out.endField(place);
    }
  }

  /** Reads all fields up to the end. */
  static OptionalFields read(StateReader in) {
    OptionalFields read = new OptionalFields();
    while (in.remaining() > 0) {
      int tag = in.octet();
      if (read.fields.put(tag, in.field()) != null) {
        throw new MalformedState("a field comes twice: tag=" + tag);
      }
    }
    return read;
  }

  /** The content of a field, or null if the message has none. */
  <T> @Nullable T get(int tag, Function<StateReader, T> reader) {
    StateReader field = fields.get(tag);
    if (field == null) {
      return null;
    }
    T value = reader.apply(field);
    if (field.remaining() > 0) {
      throw new MalformedState("a field is too long: tag=" + tag);
    }
    return value;
  }
}
