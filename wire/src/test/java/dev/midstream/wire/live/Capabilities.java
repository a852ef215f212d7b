package dev.midstream.wire.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The capabilities of a thread; capset(2). */
public final class Capabilities {
  private static final int VERSION_3 = 0x2008_0522;
  private static final MethodHandle CAPSET = capset();

  private Capabilities() {}

  /** Drops all capabilities of the calling thread for good. */
  public static void drop() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocateFrom(JAVA_INT, VERSION_3, 0);
      MemorySegment none = arena.allocate(24, 8);
      if ((int) CAPSET.invokeExact(header.address(), none.address()) < 0) {
        throw new IllegalStateException("cannot drop capabilities");
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted") // Java cannot drop capabilities
  private static MethodHandle capset() {
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("capset"),
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  }
}
