package dev.midstream.wire.bucket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.SocketFilter;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The kernel's own verdict about any octets. A filter of a UNIX datagram socket sees the octets of
 * a datagram as that of a packet socket sees a frame. Needs no privilege.
 */
final class KernelFilter implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_NONBLOCK = 2 | 0x800;
  private static final int BUFFER_BYTES = 1 << 17;
  private static final MethodHandle SOCKETPAIR = socketPair();

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final MemorySegment buffer = linux.allocate(BUFFER_BYTES);
  private final int sender;
  private final int receiver;

  KernelFilter() {
    MemorySegment pair = linux.allocate(2 * Integer.BYTES);
    try {
      int result = (int) SOCKETPAIR.invokeExact(AF_UNIX, SOCK_DGRAM_NONBLOCK, 0, pair.address());
      assertThat(result).isZero();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    sender = pair.get(JAVA_INT, 0);
    receiver = pair.get(JAVA_INT, Integer.BYTES);
  }

  /** Replaces the filter. */
  void attach(FilterProgram program) {
    int result = SocketFilter.attach(linux, receiver, program);
    assertThat(result).as("error=%s", Errno.text(-result)).isZero();
  }

  /** Replaces the filter by a program of the kernel. */
  void attach(int program) {
    int result = SocketFilter.attach(linux, receiver, program);
    assertThat(result).as("error=%s", Errno.text(-result)).isZero();
  }

  /** Whether the kernel accepts a frame of one octet or more. */
  boolean accepts(byte[] frame) {
    MemorySegment.copy(frame, 0, buffer, JAVA_BYTE, 0, frame.length);
    assertThat(linux.write(sender, buffer.address(), frame.length)).isEqualTo(frame.length);
    int received = linux.read(receiver, buffer.address(), BUFFER_BYTES);
    assertThat(received).isIn(-1, frame.length);
    return received > 0;
  }

  @Override
  public void close() {
    assertThat(linux.close(sender)).isZero();
    assertThat(linux.close(receiver)).isZero();
    arena.close();
  }

  @SuppressWarnings("restricted") // Java has no pair of UNIX datagram sockets
  private static MethodHandle socketPair() {
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("socketpair"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  }
}
