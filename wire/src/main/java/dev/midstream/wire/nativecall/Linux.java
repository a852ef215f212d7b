package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls. Every method returns the result of the call, or the negative {@link Errno}; none
 * throws when the kernel refuses. Pointers are addresses of memory that the caller keeps alive.
 *
 * <p>An instance belongs to one thread, that of its arena, because it contains the memory that
 * errno is captured in.
 */
@SuppressWarnings("restricted") // this class consists of downcalls and mapped memory
public final class Linux {
  /*
   * To capture errno the linker needs a memory segment and makes a slice of it, which the compiler
   * does not always eliminate. Calls that are made for each batch therefore have a second form
   * without errno, which allocates nothing. If such a call fails and the reason matters, it is
   * repeated in the other form: a failed call has no effect, and the repeated one fails again or
   * succeeds.
   */
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(2);

  private static final MethodHandle SOCKET = intCall("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND = intCall("bind", JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle GETSOCKNAME =
      intCall("getsockname", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SETSOCKOPT =
      intCall("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle GETSOCKOPT =
      intCall("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle RECVMMSG =
      handle(
          "recvmmsg",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
  private static final MethodHandle SENDMMSG =
      intCall("sendmmsg", JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);
  private static final MethodHandle SENDMMSG_PLAIN =
      handle("sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
  private static final MethodHandle PPOLL =
      intCall("ppoll", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle PPOLL_PLAIN =
      handle("ppoll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle EVENTFD = intCall("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle READ =
      handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle WRITE = longCall("write", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle WRITE_PLAIN =
      handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle OPEN =
      handle("open", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT), ERRNO, VARIADIC);
  private static final MethodHandle IOCTL =
      handle(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
          ERRNO,
          VARIADIC);
  private static final MethodHandle CLOSE = intCall("close", JAVA_INT);
  private static final MethodHandle FLOCK = intCall("flock", JAVA_INT, JAVA_INT);
  private static final MethodHandle MOUNT =
      intCall("mount", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SETNS = intCall("setns", JAVA_INT, JAVA_INT);
  private static final MethodHandle MMAP =
      longCall("mmap", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = intCall("munmap", JAVA_LONG, JAVA_LONG);
  private static final MethodHandle SYSCALL =
      handle(
          "syscall",
          FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT),
          ERRNO,
          Linker.Option.firstVariadicArg(1));
  private static final MethodHandle IF_NAMETOINDEX = intCall("if_nametoindex", JAVA_LONG);

  private static final long BPF_CALL = System.getProperty("os.arch").equals("amd64") ? 321 : 280;
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final int LOCK_EXCLUSIVE_NOW = 2 | 4;
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_SHARED_POPULATE = 0x01 | 0x8000;

  private final Arena arena;
  private final MemorySegment errno;
  private final MemorySegment optionLength;

  /** Calls for the thread that owns {@code arena}; their memory lives as long as the arena. */
  public Linux(Arena arena) {
    this.arena = arena;
    errno = arena.allocate(Linker.Option.captureStateLayout());
    optionLength = arena.allocate(JAVA_INT);
  }

  /** Zeroed memory for arguments that lives as long as this instance. */
  public MemorySegment allocate(long bytes) {
    return arena.allocate(bytes, Long.BYTES);
  }

  /** socket(2). */
  public int socket(int family, int type, int protocol) {
    try {
      return result((int) SOCKET.invokeExact(errno, family, type, protocol));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** bind(2). */
  public int bind(int descriptor, MemorySegment address) {
    try {
      int length = (int) address.byteSize();
      return result((int) BIND.invokeExact(errno, descriptor, address.address(), length));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** getsockname(2). */
  public int socketName(int descriptor, MemorySegment address) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment length = call.allocateFrom(JAVA_INT, (int) address.byteSize());
      return result(
          (int) GETSOCKNAME.invokeExact(errno, descriptor, address.address(), length.address()));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** setsockopt(2). */
  public int setOption(int descriptor, int level, int name, MemorySegment value) {
    try {
      int length = (int) value.byteSize();
      return result(
          (int) SETSOCKOPT.invokeExact(errno, descriptor, level, name, value.address(), length));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** setsockopt(2) of an int. */
  public int setOption(int descriptor, int level, int name, int value) {
    try (Arena call = Arena.ofConfined()) {
      return setOption(descriptor, level, name, call.allocateFrom(JAVA_INT, value));
    }
  }

  /** getsockopt(2). */
  public int option(int descriptor, int level, int name, MemorySegment value) {
    try {
      optionLength.set(JAVA_INT, 0, (int) value.byteSize());
      return result(
          (int)
              GETSOCKOPT.invokeExact(
                  errno, descriptor, level, name, value.address(), optionLength.address()));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** recvmmsg(2) without a timeout; returns the number of messages, or -1 for any failure. */
  public int receiveMessages(int descriptor, long messages, int count, int flags) {
    try {
      return (int) RECVMMSG.invokeExact(descriptor, messages, count, flags, 0L);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** sendmmsg(2); returns the number of messages. */
  public int sendMessages(int descriptor, long messages, int count, int flags) {
    try {
      int sent = (int) SENDMMSG_PLAIN.invokeExact(descriptor, messages, count, flags);
      if (sent >= 0) {
        return sent;
      }
      return result((int) SENDMMSG.invokeExact(errno, descriptor, messages, count, flags));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** ppoll(2) without a signal mask; {@code timeout} is the address of a timespec, or 0. */
  public int poll(long descriptors, int count, long timeout) {
    try {
      int ready = (int) PPOLL_PLAIN.invokeExact(descriptors, (long) count, timeout, 0L);
      if (ready >= 0) {
        return ready;
      }
      return result((int) PPOLL.invokeExact(errno, descriptors, (long) count, timeout, 0L));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** eventfd(2). */
  public int eventDescriptor(int flags) {
    try {
      return result((int) EVENTFD.invokeExact(errno, 0, flags));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** read(2) of at most {@code bytes}, below 2 GiB; -1 for any failure. */
  public int read(int descriptor, long address, long bytes) {
    try {
      return (int) (long) READ.invokeExact(descriptor, address, bytes);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** write(2) of {@code bytes}, below 2 GiB. */
  public int write(int descriptor, long address, long bytes) {
    try {
      long written = (long) WRITE_PLAIN.invokeExact(descriptor, address, bytes);
      if (written >= 0) {
        return (int) written;
      }
      return result((int) (long) WRITE.invokeExact(errno, descriptor, address, bytes));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** open(2). */
  public int open(String path, int flags) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment text = call.allocateFrom(path);
      return result((int) OPEN.invokeExact(errno, text.address(), flags));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** ioctl(2) with a pointer or a number. */
  public int control(int descriptor, long request, long argument) {
    try {
      return result((int) IOCTL.invokeExact(errno, descriptor, request, argument));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** close(2). */
  public int close(int descriptor) {
    try {
      return result((int) CLOSE.invokeExact(errno, descriptor));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** flock(2), exclusive and without waiting; the lock ends with the descriptor. */
  public int lock(int descriptor) {
    try {
      return result((int) FLOCK.invokeExact(errno, descriptor, LOCK_EXCLUSIVE_NOW));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** mount(2) of a file system without a device. */
  public int mount(String type, String path, String options) {
    try (Arena call = Arena.ofConfined()) {
      long name = call.allocateFrom(type).address();
      long target = call.allocateFrom(path).address();
      long data = call.allocateFrom(options).address();
      return result((int) MOUNT.invokeExact(errno, name, target, name, 0L, data));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * setns(2): moves the calling thread, and no other, into the network namespace of {@code
   * descriptor}.
   */
  public int enterNetwork(int descriptor) {
    try {
      return result((int) SETNS.invokeExact(errno, descriptor, CLONE_NEWNET));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** bpf(2), which the C library has no function for. */
  public int bpf(int command, MemorySegment attributes) {
    try {
      int bytes = (int) attributes.byteSize();
      return result(
          (int) (long) SYSCALL.invokeExact(errno, BPF_CALL, command, attributes.address(), bytes));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** if_nametoindex(3): the index of the interface in the network namespace of the thread. */
  public int interfaceIndex(String name) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment text = call.allocateFrom(name);
      int index = (int) IF_NAMETOINDEX.invokeExact(errno, text.address());
      return index > 0 ? index : result(-1);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * mmap(2), shared, readable and writable; unmapped with the arena. Returns {@link
   * MemorySegment#NULL} if the kernel refuses.
   */
  public MemorySegment map(int descriptor, long bytes) {
    long address;
    try {
      address =
          (long)
              MMAP.invokeExact(
                  errno, 0L, bytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, descriptor, 0L);
    } catch (Throwable e) {
      throw broken(e);
    }
    return address == -1
        ? MemorySegment.NULL
        : MemorySegment.ofAddress(address).reinterpret(bytes, arena, this::unmap);
  }

  private void unmap(MemorySegment memory) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment state = call.allocate(Linker.Option.captureStateLayout());
      int ignored = (int) MUNMAP.invokeExact(state, memory.address(), memory.byteSize());
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  private int result(int value) {
    return value >= 0 ? value : -errno.get(JAVA_INT, 0);
  }

  private static IllegalStateException broken(Throwable e) {
    return new IllegalStateException("system call cannot be made", e);
  }

  private static MethodHandle intCall(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, arguments), ERRNO);
  }

  private static MethodHandle longCall(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_LONG, arguments), ERRNO);
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
  }
}
