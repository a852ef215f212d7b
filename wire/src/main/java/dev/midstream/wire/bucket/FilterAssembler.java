package dev.midstream.wire.bucket;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a {@link FilterProgram}. Jumps go forward to labels, which {@link #at} places. A is the
 * accumulator, X the index register, M the scratch memory.
 */
final class FilterAssembler {
  private static final int MAX_SKIPPED = 0xff;

  private static final int WORD = 0x00;
  private static final int HALF = 0x08;
  private static final int OCTET = 0x10;
  private static final int LOAD_INDEXED = 0x40;
  private static final int LOAD_ABSOLUTE = 0x20;
  private static final int LOAD_LENGTH = 0x80;
  private static final int LOAD_MEMORY = 0x60;
  private static final int LOAD_X = 0x01;
  private static final int LOAD_X_MEMORY = 0x61;
  private static final int STORE = 0x02;
  private static final int STORE_X = 0x03;
  private static final int ALU = 0x04;
  private static final int ADD = 0x00;
  private static final int SUBTRACT = 0x10;
  private static final int MULTIPLY = 0x20;
  private static final int AND = 0x50;
  private static final int SHIFT_LEFT = 0x60;
  private static final int SHIFT_RIGHT = 0x70;
  private static final int XOR = 0xa0;
  private static final int BY_X = 0x08;
  private static final int JUMP = 0x05;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_NOT_BELOW = 0x35;
  private static final int RETURN = 0x06;
  private static final int A_TO_X = 0x07;

  /** A position in the program, used before it is known. */
  static final class Label {
    private int place = -1;
  }

  private record Instruction(
      int code, @Nullable Label ifTrue, @Nullable Label ifFalse, int constant) {}

  private final List<Instruction> instructions = new ArrayList<>();

  /** Places {@code label} here. */
  FilterAssembler at(Label label) {
    label.place = instructions.size();
    return this;
  }

  /** A = the packet's length. */
  FilterAssembler loadLength() {
    return add(LOAD_LENGTH, 0);
  }

  /** A = two octets at {@code offset}. */
  FilterAssembler loadTwo(int offset) {
    return add(LOAD_ABSOLUTE | HALF, offset);
  }

  /** A = four octets at X + {@code offset}. */
  FilterAssembler loadFourAtX(int offset) {
    return add(LOAD_INDEXED | WORD, offset);
  }

  /** A = two octets at X + {@code offset}. */
  FilterAssembler loadTwoAtX(int offset) {
    return add(LOAD_INDEXED | HALF, offset);
  }

  /** A = the octet at X + {@code offset}. */
  FilterAssembler loadOctetAtX(int offset) {
    return add(LOAD_INDEXED | OCTET, offset);
  }

  /** A = {@code value}. */
  FilterAssembler set(int value) {
    return add(0, value);
  }

  /** X = {@code value}. */
  FilterAssembler setX(int value) {
    return add(LOAD_X, value);
  }

  /** X = A. */
  FilterAssembler moveToX() {
    return add(A_TO_X, 0);
  }

  /** A = M[place]. */
  FilterAssembler load(int place) {
    return add(LOAD_MEMORY, place);
  }

  /** X = M[place]. */
  FilterAssembler loadX(int place) {
    return add(LOAD_X_MEMORY, place);
  }

  /** M[place] = A. */
  FilterAssembler store(int place) {
    return add(STORE, place);
  }

  /** M[place] = X. */
  FilterAssembler storeX(int place) {
    return add(STORE_X, place);
  }

  FilterAssembler addX() {
    return add(ALU | ADD | BY_X, 0);
  }

  FilterAssembler add(int value) {
    return add(ALU | ADD, value);
  }

  FilterAssembler subtractX() {
    return add(ALU | SUBTRACT | BY_X, 0);
  }

  FilterAssembler xorX() {
    return add(ALU | XOR | BY_X, 0);
  }

  FilterAssembler multiply(int value) {
    return add(ALU | MULTIPLY, value);
  }

  FilterAssembler and(int value) {
    return add(ALU | AND, value);
  }

  FilterAssembler shiftLeft(int bits) {
    return add(ALU | SHIFT_LEFT, bits);
  }

  FilterAssembler shiftRight(int bits) {
    return add(ALU | SHIFT_RIGHT, bits);
  }

  /** A = A shifted right by X bits, 0 to 31. */
  FilterAssembler shiftRightByX() {
    return add(ALU | SHIFT_RIGHT | BY_X, 0);
  }

  /** Jumps to {@code label} if A equals {@code value}. */
  FilterAssembler ifEqual(int value, Label label) {
    return add(JUMP_EQUAL, label, null, value);
  }

  /** Jumps to {@code label} unless A equals {@code value}. */
  FilterAssembler ifNotEqual(int value, Label label) {
    return add(JUMP_EQUAL, null, label, value);
  }

  /** Jumps to {@code label} if A is below {@code value}, both unsigned. */
  FilterAssembler ifBelow(int value, Label label) {
    return add(JUMP_NOT_BELOW, null, label, value);
  }

  /** Jumps to {@code label} if A is below X, both unsigned. */
  FilterAssembler ifBelowX(Label label) {
    return add(JUMP_NOT_BELOW | BY_X, null, label, 0);
  }

  /** Jumps to {@code label}, however far it is. */
  FilterAssembler jump(Label label) {
    return add(JUMP, label, null, 0);
  }

  /** Ends the program: accepts {@code octets} octets of the packet, or rejects it if 0. */
  FilterAssembler accept(int octets) {
    return add(RETURN, octets);
  }

  FilterProgram assemble() {
    long[] program = new long[instructions.size()];
    for (int index = 0; index < program.length; index++) {
      Instruction instruction = instructions.get(index);
      program[index] =
          instruction.code() == JUMP
              ? (long) distance(index, instruction.ifTrue()) << 32 | JUMP
              : (long) instruction.constant() << 32
                  | (long) skipped(index, instruction.ifFalse()) << 24
                  | (long) skipped(index, instruction.ifTrue()) << 16
                  | instruction.code();
    }
    return new FilterProgram(program);
  }

  private FilterAssembler add(int code, int constant) {
    return add(code, null, null, constant);
  }

  private FilterAssembler add(
      int code, @Nullable Label ifTrue, @Nullable Label ifFalse, int constant) {
    instructions.add(new Instruction(code, ifTrue, ifFalse, constant));
    return this;
  }

  private static int skipped(int index, @Nullable Label label) {
    int skipped = distance(index, label);
    if (skipped > MAX_SKIPPED) {
      throw new IllegalStateException("cannot jump: from=" + index + " skipped=" + skipped);
    }
    return skipped;
  }

  /** The number of instructions between the one at {@code index} and {@code label}. */
  private static int distance(int index, @Nullable Label label) {
    int distance = label == null ? 0 : label.place - index - 1;
    if (distance < 0) {
      throw new IllegalStateException("cannot jump back: from=" + index);
    }
    return distance;
  }
}
