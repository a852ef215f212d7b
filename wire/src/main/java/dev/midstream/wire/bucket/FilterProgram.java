package dev.midstream.wire.bucket;

/**
 * A classic BPF program for a socket (Linux: networking/filter.rst). Each instruction is a long in
 * the layout of struct sock_filter, little-endian.
 *
 * <pre>
 *   63            32 31    24 23    16 15            0
 *   k               | jf     | jt     | code
 * </pre>
 */
public final class FilterProgram {
  private final long[] instructions;

  FilterProgram(long[] instructions) {
    this.instructions = instructions.clone();
  }

  /** The number of instructions. */
  public int length() {
    return instructions.length;
  }

  /** The opcode of instruction {@code index}. */
  public int code(int index) {
    return (int) instructions[index] & 0xffff;
  }

  /** The number of instructions to skip if the condition of instruction {@code index} holds. */
  public int jumpIfTrue(int index) {
    return (int) (instructions[index] >>> 16) & 0xff;
  }

  /**
   * The number of instructions to skip if the condition of instruction {@code index} does not hold.
   */
  public int jumpIfFalse(int index) {
    return (int) (instructions[index] >>> 24) & 0xff;
  }

  /** The constant operand of instruction {@code index}. */
  public int constant(int index) {
    return (int) (instructions[index] >>> 32);
  }
}
