package dev.midstream.testkit.sim.tcp;

import dev.midstream.agent.Octets;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** All octets that an application has written, and whether it has closed the stream. */
final class SendBuffer {
  private byte[] octets = new byte[1_024];
  private MemorySegment memory = MemorySegment.ofArray(octets);
  private int written;
  private int urgentEnd;
  private boolean closed;

  void write(Octets source) {
    int length = source.length();
    if (written + length > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(2 * octets.length, written + length));
      memory = MemorySegment.ofArray(octets);
    }
    source.copyTo(0, length, memory, written);
    written += length;
    urgentEnd = written;
  }

  /** The end of the last write. */
  long urgentEnd() {
    return urgentEnd;
  }

  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** The number of octets written. */
  long written() {
    return written;
  }

  /** The end of the octets that may be sent; the FIN counts as one octet. */
  long limit() {
    return closed ? written + 1L : written;
  }

  /** A copy of all octets written. */
  byte[] copy() {
    return Arrays.copyOf(octets, written);
  }

  /** The memory of the octets, from offset 0. */
  MemorySegment memory() {
    return memory;
  }
}
