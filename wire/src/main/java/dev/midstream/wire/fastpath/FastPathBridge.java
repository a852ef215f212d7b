package dev.midstream.wire.fastpath;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's program between the two interfaces of a port, which one or more workers share. It
 * ends with the process. Thread-safe; each table belongs to the thread of its worker.
 */
public final class FastPathBridge implements AutoCloseable {
  private final Arena arena = Arena.ofShared(); // tables are used on the threads of workers
  private final Linux linux = new Linux(arena);
  private final FastPathProgram program;
  private volatile int inside;
  private volatile int outside;

  private FastPathBridge(int entries) throws FastPathException {
    try {
      program = FastPathProgram.load(linux, entries, null);
    } catch (FastPathException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Loads the program and attaches it to two interfaces.
   *
   * @param entries the most directions of connections in the table, from 2 on
   */
  public static FastPathBridge open(String inside, String outside, int entries)
      throws FastPathException {
    FastPathBridge opened = new FastPathBridge(entries);
    try {
      opened.join(opened.index(inside), opened.index(outside));
      return opened;
    } catch (FastPathException e) {
      opened.close();
      throw e;
    }
  }

  private int index(String name) throws FastPathException {
    int index = linux.interfaceIndex(name);
    if (index <= 0) {
      throw new FastPathException("there is no such interface: name=" + name);
    }
    return index;
  }

  /**
   * Attaches the program to the interfaces with these indexes, which are not 0, in place of others
   * if they differ. No table may have entries then.
   */
  public synchronized void join(int newInside, int newOutside) throws FastPathException {
    replace(inside, newInside);
    inside = newInside;
    replace(outside, newOutside);
    outside = newOutside;
  }

  private void replace(int before, int after) throws FastPathException {
    if (before != after) {
      if (before != 0) {
        program.detach(before);
      }
      attach(after);
    }
  }

  /** A filter of clsact would forward on after the process has died, and is not for this use. */
  private void attach(int index) throws FastPathException {
    if (!program.attachLink(index)) {
      throw new FastPathException("the kernel has no links of tcx (Linux 6.6 has)");
    }
  }

  /**
   * The descriptor of a program for the sockets of a worker, see {@link
   * FastPathProgram#slowFrames}; open as long as this bridge.
   */
  public synchronized int slowFrames(@Nullable FilterProgram share) throws FastPathException {
    return program.slowFrames(share);
  }

  /** A table for one worker. Its clock is 0 when System.nanoTime() tells {@code zeroNanos}. */
  public synchronized FastPathTable table(long zeroNanos) {
    return program.flows(new Linux(arena), leg -> leg == Leg.INSIDE ? inside : outside, zeroNanos);
  }

  /** What the program did since it was loaded. */
  public synchronized FastPathCounts counts() throws FastPathException {
    return program.counts();
  }

  /** Detaches the program. No table may be used afterwards. */
  @Override
  public synchronized void close() {
    program.close();
    arena.close();
  }
}
