package dev.midstream.wire.lock;

import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.port.PortException;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock on two interfaces for one program, held until it is closed or the program ends. Usable
 * from any thread of the network namespace in which it was acquired.
 *
 * <p>An interface is locked by a mark on it, which belongs to one network namespace, takes
 * CAP_NET_RAW, and which the kernel removes when the program dies: a user who may not use the
 * interface cannot lock it. A program marks the interface first, and then looks whether it is the
 * only one; so of several that start at the same time at most one succeeds.
 */
public final class InterfaceLock implements AutoCloseable {
  /** Two programs that start at the same time see each other. They try again. */
  private static final int ATTEMPTS = 3;

  private static final long MAX_PAUSE_NANOS = 10_000_000;

  private final Map<String, Locked> locked = new HashMap<>();

  /** A locked interface and the mark that locks it. */
  private record Locked(int index, InterfaceMark mark) {}

  private InterfaceLock() {}

  /**
   * Locks the interfaces of these names in the network namespace of the calling thread.
   *
   * @throws PortException if an interface does not exist or is locked by a running program
   */
  public static InterfaceLock acquire(String inside, String outside) throws PortException {
    InterfaceLock lock = new InterfaceLock();
    try {
      int insideIndex = index(inside);
      int outsideIndex = index(outside);
      if (insideIndex == outsideIndex) {
        throw new PortException("inside and outside are the same interface: name=" + inside);
      }
      lock.acquire(inside, insideIndex);
      lock.acquire(outside, outsideIndex);
      return lock;
    } catch (PortException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Locks the interface with {@code index}, which is called {@code name} now, and unlocks another
   * one that was locked under that name. Does nothing if the interface is already locked.
   *
   * @throws PortException if it is locked by another running program
   */
  public synchronized void acquire(String name, int index) throws PortException {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      Locked before = locked.get(name);
      if (before != null && before.index == index && before.mark.isOn(linux, index)) {
        return;
      }
      locked.put(name, new Locked(index, onlyMark(linux, name, index)));
      if (before != null) {
        before.mark.remove(linux);
      }
    }
  }

  @Override
  public synchronized void close() {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      for (Locked each : locked.values()) {
        each.mark.remove(linux);
      }
    }
    locked.clear();
  }

  private static int index(String name) throws PortException {
    try (Arena arena = Arena.ofConfined()) {
      int index = new Linux(arena).interfaceIndex(name);
      if (index <= 0) {
        throw PortException.ofInterface(name, index);
      }
      return index;
    }
  }

  private static InterfaceMark onlyMark(Linux linux, String name, int index) throws PortException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      InterfaceMark mark = InterfaceMark.set(linux, name, index);
      boolean keeps = false;
      try {
        keeps = mark.isOnlyOne(name, index);
      } finally {
        if (!keeps) {
          mark.remove(linux);
        }
      }
      if (keeps) {
        return mark;
      }
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_PAUSE_NANOS));
    }
    throw new PortException(
        "another midstream works on the interface already, end that one first: name=" + name);
  }
}
