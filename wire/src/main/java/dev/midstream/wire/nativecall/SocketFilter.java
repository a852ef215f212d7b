package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.bucket.FilterProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Attaches a filter to a socket, as struct sock_fprog of struct sock_filter (linux/filter.h). */
public final class SocketFilter {
  private static final int PROGRAM_BYTES = 16;
  private static final int INSTRUCTION_BYTES = 8;

  private SocketFilter() {}

  /**
   * Attaches the program of the kernel with the descriptor {@code program}, which may be closed
   * afterwards, in place of the filter that the socket has, if any.
   *
   * @return the result of setsockopt(2)
   */
  public static int attach(Linux linux, int socket, int program) {
    return linux.setOption(
        socket, PacketDescriptor.SOL_SOCKET, PacketDescriptor.SO_ATTACH_BPF, program);
  }

  /**
   * Attaches {@code filter} in place of the one that the socket has, if any, in one call. Each
   * frame is judged by one of the two, whole. Frames that the socket has received already stay
   * received.
   *
   * @return the result of setsockopt(2); if it is negative, the socket has the filter that it had
   */
  public static int attach(Linux linux, int socket, FilterProgram filter) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment instructions =
          call.allocate((long) filter.length() * INSTRUCTION_BYTES, Long.BYTES);
      for (int index = 0; index < filter.length(); index++) {
        long at = (long) index * INSTRUCTION_BYTES;
        instructions.set(JAVA_SHORT, at, (short) filter.code(index));
        instructions.set(JAVA_BYTE, at + 2, (byte) filter.jumpIfTrue(index));
        instructions.set(JAVA_BYTE, at + 3, (byte) filter.jumpIfFalse(index));
        instructions.set(JAVA_INT, at + 4, filter.constant(index));
      }
      MemorySegment program = call.allocate(PROGRAM_BYTES, Long.BYTES);
      program.set(JAVA_SHORT, 0, (short) filter.length());
      program.set(JAVA_LONG, 8, instructions.address());
      return linux.setOption(
          socket, PacketDescriptor.SOL_SOCKET, PacketDescriptor.SO_ATTACH_FILTER, program);
    }
  }
}
