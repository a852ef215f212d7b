package dev.midstream.testkit.sim.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A TUN device of Linux: reads the packets that the kernel sends, and writes packets to it. */
@SuppressWarnings("restricted") // a device needs native calls
final class TunDevice {
  private static final int MAX_BYTES = 65_536;
  private static final int READ_WRITE_NON_BLOCKING = 2 | 2048;
  private static final long SET_INTERFACE = 0x4004_54caL;
  private static final short TUN_WITHOUT_PREFIX = 0x1001;
  private static final int REQUEST_BYTES = 40;
  private static final int FLAGS_AT = 16;
  private static final short READABLE = 1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle OPEN =
      function("open", 2, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final MethodHandle IOCTL =
      function("ioctl", 2, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
  private static final MethodHandle READ =
      function("read", 3, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
  private static final MethodHandle WRITE =
      function("write", 3, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
  private static final MethodHandle POLL =
      function("poll", 3, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);

  private final MemorySegment buffer = Arena.ofAuto().allocate(MAX_BYTES);
  private final MemorySegment pollRequest = Arena.ofAuto().allocate(8, 8);
  private final int descriptor;

  /** Creates the device {@code name}. */
  TunDevice(String name) throws IOException {
    Arena arena = Arena.ofAuto();
    descriptor = (int) call(OPEN, arena.allocateFrom("/dev/net/tun"), READ_WRITE_NON_BLOCKING);
    MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
    request.setString(0, name);
    request.set(ValueLayout.JAVA_SHORT, FLAGS_AT, TUN_WITHOUT_PREFIX);
    if (descriptor < 0 || call(IOCTL, descriptor, SET_INTERFACE, request) < 0) {
      throw new IOException("cannot make tun device: name=" + name);
    }
  }

  /**
   * Reads one packet to {@code [offset, …)} of {@code target} and returns its length; 0 if there is
   * none.
   */
  int read(MemorySegment target, long offset) {
    int length = (int) call(READ, descriptor, buffer, (long) MAX_BYTES);
    if (length <= 0) {
      return 0;
    }
    MemorySegment.copy(buffer, 0, target, offset, length);
    return length;
  }

  /** Writes one packet. */
  void write(MemorySegment source, long offset, int length) {
    MemorySegment.copy(source, offset, buffer, 0, length);
    call(WRITE, descriptor, buffer, (long) length);
  }

  /** Waits for a packet, at most {@code millis}. */
  void await(int millis) {
    pollRequest.set(ValueLayout.JAVA_INT, 0, descriptor);
    pollRequest.set(ValueLayout.JAVA_SHORT, 4, READABLE);
    call(POLL, pollRequest, 1L, millis);
  }

  private static MethodHandle function(String name, int fixedArguments, MemoryLayout... arguments) {
    FunctionDescriptor descriptor = FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments);
    MemorySegment address = LINKER.defaultLookup().findOrThrow(name);
    return fixedArguments < arguments.length
        ? LINKER.downcallHandle(address, descriptor, Linker.Option.firstVariadicArg(fixedArguments))
        : LINKER.downcallHandle(address, descriptor);
  }

  private static long call(MethodHandle function, Object... arguments) {
    try {
      return (int) (long) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("native call failed", e);
    }
  }
}
