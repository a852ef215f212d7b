package dev.midstream.modcmd.call;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one call in parallel arrays, which grow and stay. It allocates nothing for an
 * answer. Not thread-safe.
 */
final class AnswerList {
  private static final int FIRST_CAPACITY = 16;

  private AnswerKind[] kinds = new AnswerKind[FIRST_CAPACITY];
  private long[] counts = new long[FIRST_CAPACITY];
  private @Nullable Octets[] octets = new @Nullable Octets[FIRST_CAPACITY];
  private @Nullable Direction[] directions = new @Nullable Direction[FIRST_CAPACITY];
  private @Nullable String[] texts = new @Nullable String[FIRST_CAPACITY];
  private int size;
  private boolean refers;

  /** Removes all answers, with all references to octets and texts. */
  void clear() {
    if (refers) {
      Arrays.fill(octets, 0, size, null);
      Arrays.fill(directions, 0, size, null);
      Arrays.fill(texts, 0, size, null);
      refers = false;
    }
    size = 0;
  }

  int size() {
    return size;
  }

  AnswerKind kind(int index) {
    return kinds[Objects.checkIndex(index, size)];
  }

  long count(int index) {
    return counts[Objects.checkIndex(index, size)];
  }

  @Nullable Octets octets(int index) {
    return octets[Objects.checkIndex(index, size)];
  }

  @Nullable Direction direction(int index) {
    return directions[Objects.checkIndex(index, size)];
  }

  @Nullable String text(int index) {
    return texts[Objects.checkIndex(index, size)];
  }

  /** Adds {@code count} octets to the last answer if it is a pass. */
  boolean extendPass(int count) {
    if (size == 0 || kinds[size - 1] != AnswerKind.PASS) {
      return false;
    }
    counts[size - 1] += count;
    return true;
  }

  void add(
      AnswerKind kind,
      long count,
      @Nullable Octets newOctets,
      @Nullable Direction direction,
      @Nullable String text) {
    if (size == kinds.length) {
      grow(2 * size);
    }
    kinds[size] = kind;
    counts[size] = count;
    octets[size] = newOctets;
    directions[size] = direction;
    texts[size] = text;
    refers |= kind != AnswerKind.PASS;
    size++;
  }

  private void grow(int capacity) {
    kinds = Arrays.copyOf(kinds, capacity);
    counts = Arrays.copyOf(counts, capacity);
    octets = Arrays.copyOf(octets, capacity);
    directions = Arrays.copyOf(directions, capacity);
    texts = Arrays.copyOf(texts, capacity);
  }
}
