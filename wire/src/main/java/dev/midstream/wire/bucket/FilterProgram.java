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

  /** A program that accepts the untagged Ethernet frames of one type. */
  public static FilterProgram ofType(int etherType) {
    return new FilterProgram(
        new long[] {
          instruction(0x28, 0, 0, 12), // ldh [12]
          instruction(0x15, 0, 1, etherType), // jeq
          instruction(0x06, 0, 0, 0x4_0000), // ret: up to 256 KiB
          instruction(0x06, 0, 0, 0), // ret: nothing
        });
  }

  private static long instruction(int code, int jumpIfTrue, int jumpIfFalse, int constant) {
    return (long) constant << 32 | (long) jumpIfFalse << 24 | (long) jumpIfTrue << 16 | code;
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
