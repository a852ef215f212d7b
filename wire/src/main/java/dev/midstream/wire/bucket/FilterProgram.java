package dev.midstream.wire.bucket;

/**
 * A classic BPF program for a socket (Linux: networking/filter.rst): one number for each
 * instruction, in the layout of struct sock_filter as a little-endian long.
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

  /** How many instructions there are. */
  public int length() {
    return instructions.length;
  }

  /** What instruction {@code index} does. */
  public int code(int index) {
    return (int) instructions[index] & 0xffff;
  }

  /** How many instructions it skips if its condition holds. */
  public int jumpIfTrue(int index) {
    return (int) (instructions[index] >>> 16) & 0xff;
  }

  /** How many instructions it skips if its condition does not hold. */
  public int jumpIfFalse(int index) {
    return (int) (instructions[index] >>> 24) & 0xff;
  }

  /** Its constant. */
  public int constant(int index) {
    return (int) (instructions[index] >>> 32);
  }
}
