package dev.midstream.wire.bucket;

/** Runs a program as the kernel does: instruction by instruction, in unsigned 32-bit arithmetic. */
final class FilterInterpreter {
  private final FilterProgram program;
  private final byte[] frame;
  private final int[] memory = new int[16];
  private int accumulator;
  private int index;

  private FilterInterpreter(FilterProgram program, byte[] frame) {
    this.program = program;
    this.frame = frame;
  }

  /** Whether the program accepts the frame. A load beyond the end rejects it. */
  static boolean accepts(FilterProgram program, byte[] frame) {
    try {
      return new FilterInterpreter(program, frame).run() != 0;
    } catch (IndexOutOfBoundsException e) {
      return false;
    }
  }

  private int run() {
    for (int at = 0; at < program.length(); at++) {
      int code = program.code(at);
      int k = program.constant(at);
      switch (code & 7) {
        case 0 -> accumulator = load(code, k);
        case 1 -> index = (code & 0xe0) == 0x60 ? memory[k] : k;
        case 2 -> memory[k] = accumulator;
        case 3 -> memory[k] = index;
        case 4 -> accumulator = compute(code & 0xf0, (code & 8) == 0 ? k : index);
        case 5 -> {
          if (code == 5) {
            at += k;
            continue;
          }
          boolean holds = holds(code & 0xf0, (code & 8) == 0 ? k : index);
          at += holds ? program.jumpIfTrue(at) : program.jumpIfFalse(at);
        }
        case 6 -> {
          return k;
        }
        default -> index = accumulator;
      }
    }
    throw new AssertionError("the program has no end");
  }

  private int load(int code, int k) {
    return switch (code & 0xe0) {
      case 0x00 -> k;
      case 0x20 -> octets(Integer.toUnsignedLong(k), code & 0x18);
      case 0x40 -> octets(Integer.toUnsignedLong(k) + Integer.toUnsignedLong(index), code & 0x18);
      case 0x60 -> memory[k];
      case 0x80 -> frame.length;
      default -> throw new AssertionError("no such load: code=" + code);
    };
  }

  private int octets(long offset, int size) {
    int count = size == 0 ? 4 : size == 8 ? 2 : 1;
    int value = 0;
    for (int octet = 0; octet < count; octet++) {
      value = value << 8 | (frame[Math.toIntExact(offset + octet)] & 0xff);
    }
    return value;
  }

  private int compute(int operation, int value) {
    return switch (operation) {
      case 0x00 -> accumulator + value;
      case 0x10 -> accumulator - value;
      case 0x20 -> accumulator * value;
      case 0x50 -> accumulator & value;
      case 0x60 -> accumulator << value;
      case 0x70 -> accumulator >>> value;
      case 0xa0 -> accumulator ^ value;
      default -> throw new AssertionError("no such operation: " + operation);
    };
  }

  private boolean holds(int condition, int value) {
    return switch (condition) {
      case 0x10 -> accumulator == value;
      case 0x30 -> Integer.compareUnsigned(accumulator, value) >= 0;
      default -> throw new AssertionError("no such condition: " + condition);
    };
  }
}
