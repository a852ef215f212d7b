package dev.midstream.wire.fastpath;

import dev.midstream.wire.bucket.FilterProgram;

/**
 * Translates the classic filter of a socket to instructions for the kernel's newer machine (Linux:
 * bpf/classic_vs_extended.rst). What the filter accepts goes on behind the translation, with the
 * frame in register 1, as a program begins; what it rejects is rejected.
 */
final class FilterTranslation {
  /** Of the frame, of the accumulator, of the index register, of the stack. */
  private static final int FRAME = 6;

  private static final int A = 7;
  private static final int X = 8;
  private static final int STACK = 10;

  private static final int SCRATCH_BYTES = 64;
  private static final int PROLOGUE_LENGTH = 3 + SCRATCH_BYTES / Long.BYTES;
  private static final int MAX_GROWTH = 2;
  private static final int WORD_BYTES = 4;

  private static final int MOVE = 0xbf;
  private static final int MOVE_WORD = 0xbc;
  private static final int SET_WORD = 0xb4;
  private static final int LOAD_WORD = 0x61;
  private static final int STORE_WORD = 0x63;
  private static final int CLEAR_LONG = 0x7a;
  private static final int JUMP = 0x05;
  private static final int COMPARE_WORDS = 0x06;
  private static final int EXIT = 0x95;

  private static final int BY_X = 0x08;

  private final FilterProgram filter;

  /** The first instruction of the translation of each of the filter; and the end. */
  private final int[] places;

  private final long[] instructions;
  private int next;

  private FilterTranslation(FilterProgram filter, int[] places, int length) {
    this.filter = filter;
    this.places = places;
    instructions = new long[length];
  }

  /** The instructions of {@code filter}; throws IllegalArgumentException for unknown ones. */
  static long[] of(FilterProgram filter) {
    int[] places = new int[filter.length() + 1];
    FilterTranslation sizing =
        new FilterTranslation(filter, places, PROLOGUE_LENGTH + MAX_GROWTH * filter.length());
    sizing.translate();
    FilterTranslation placed = new FilterTranslation(filter, places, sizing.next);
    placed.translate();
    return placed.instructions;
  }

  private void translate() {
    put(MOVE, FRAME, 1, 0, 0);
    put(SET_WORD, A, 0, 0, 0);
    put(SET_WORD, X, 0, 0, 0);
    for (int at = Long.BYTES; at <= SCRATCH_BYTES; at += Long.BYTES) {
      put(CLEAR_LONG, STACK, 0, -at, 0);
    }
    for (int index = 0; index < filter.length(); index++) {
      places[index] = next;
      translate(index, filter.code(index), filter.constant(index));
    }
    places[filter.length()] = next;
  }

  private void translate(int index, int code, int constant) {
    switch (code & 0x07) {
      case 0x00 -> load(code, constant);
      case 0x01 -> loadIndex(code, constant);
      case 0x02 -> put(STORE_WORD, STACK, A, scratch(constant), 0);
      case 0x03 -> put(STORE_WORD, STACK, X, scratch(constant), 0);
      case 0x04 -> put(code, A, (code & BY_X) == 0 ? 0 : X, 0, constant);
      case 0x05 -> jump(index, code, constant);
      case 0x06 -> end(constant);
      default -> put(MOVE_WORD, code == 0x07 ? X : A, code == 0x07 ? A : X, 0, 0);
    }
  }

  private void load(int code, int constant) {
    switch (code & 0xe0) {
      case 0x00 -> put(SET_WORD, A, 0, 0, constant);
      case 0x20 -> loadFrame(code, 0, constant);
      case 0x40 -> loadFrame(code, X, constant);
      case 0x60 -> put(LOAD_WORD, A, STACK, scratch(constant), 0);
      case 0x80 -> put(LOAD_WORD, A, FRAME, 0, 0); // the length of the frame
      default -> throw unknown(code);
    }
  }

  /** The kernel has kept these instructions as they were, but for their result in register 0. */
  private void loadFrame(int code, int index, int constant) {
    put(code, 0, index, 0, constant);
    put(MOVE_WORD, A, 0, 0, 0);
  }

  private void loadIndex(int code, int constant) {
    switch (code) {
      case 0x01 -> put(SET_WORD, X, 0, 0, constant);
      case 0x61 -> put(LOAD_WORD, X, STACK, scratch(constant), 0);
      default -> throw unknown(code);
    }
  }

  private void jump(int index, int code, int constant) {
    if (code == JUMP) {
      jumpTo(index + 1 + constant);
      return;
    }
    int condition = (code & ~0x07) | COMPARE_WORDS;
    int ifTrue = places[index + 1 + filter.jumpIfTrue(index)] - next - 1;
    put(condition, A, (code & BY_X) == 0 ? 0 : X, ifTrue, constant);
    jumpTo(index + 1 + filter.jumpIfFalse(index));
  }

  private void jumpTo(int index) {
    put(JUMP, 0, 0, places[index] - next - 1, 0);
  }

  private void end(int constant) {
    if (constant == 0) {
      put(SET_WORD, 0, 0, 0, 0);
      put(EXIT, 0, 0, 0, 0);
    } else {
      put(MOVE, 1, FRAME, 0, 0);
      jumpTo(filter.length());
    }
  }

  private static int scratch(int place) {
    return -WORD_BYTES * (place + 1);
  }

  private void put(int code, int target, int source, int offset, int constant) {
    instructions[next] =
        (long) constant << 32 | (offset & 0xffffL) << 16 | source << 12 | target << 8 | code;
    next++;
  }

  private static IllegalArgumentException unknown(int code) {
    return new IllegalArgumentException("unknown instruction: code=" + code);
  }
}
