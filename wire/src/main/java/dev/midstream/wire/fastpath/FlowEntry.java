package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * A copy of what the kernel's table holds of one direction of a connection (struct entry of
 * fastpath.c). Numbers of the direction are as its sender sent them, before they are moved.
 */
public final class FlowEntry {
  static final int BYTES = 80;

  private static final int STATE = 0;
  private static final int INTERFACE = 4;
  private static final int FLAGS = 8;
  private static final int FROM = 12;
  private static final int EDGE = 16;
  private static final int SEQUENCE_SHIFT = 20;
  private static final int ACKNOWLEDGEMENT_SHIFT = 24;
  private static final int ACKNOWLEDGED_FROM = 28;
  private static final int REASON = 32;
  private static final int END = 36;
  private static final int ACKNOWLEDGEMENT = 40;
  private static final int WINDOW = 44;
  private static final int TIMESTAMP = 48;
  private static final int TIMESTAMP_ECHO = 52;
  private static final int PACKETS = 56;
  private static final int OCTETS = 64;
  private static final int NANOS = 72;

  private static final int FAST = 1;
  private static final int HAS_EDGE = 1;

  private final MemorySegment memory;

  /** An entry in {@code memory}, of {@link #BYTES} octets. */
  FlowEntry(MemorySegment memory) {
    this.memory = memory;
  }

  MemorySegment memory() {
    return memory;
  }

  /**
   * Begins an entry: the kernel forwards the direction to the interface with {@code index}.
   *
   * @param from the next number of the sender: payload before it is not for the kernel
   * @param acknowledgedFrom the same of the other end: SACK blocks before it are not for the kernel
   */
  public FlowEntry begin(int index, int from, int acknowledgedFrom) {
    memory.fill((byte) 0);
    memory.set(JAVA_INT, STATE, FAST);
    memory.set(JAVA_INT, INTERFACE, index);
    memory.set(JAVA_INT, FROM, from);
    memory.set(JAVA_INT, END, from);
    memory.set(JAVA_INT, ACKNOWLEDGED_FROM, acknowledgedFrom);
    return this;
  }

  /** Sets where payload ends that is for the kernel, at most 2^31 - 1 octets after its start. */
  public FlowEntry edge(int sequence) {
    memory.set(JAVA_INT, EDGE, sequence);
    memory.set(JAVA_INT, FLAGS, HAS_EDGE);
    return this;
  }

  /** Sets what is added to sequence numbers, and to acknowledgement numbers and SACK blocks. */
  public FlowEntry shift(int sequence, int acknowledgement) {
    memory.set(JAVA_INT, SEQUENCE_SHIFT, sequence);
    memory.set(JAVA_INT, ACKNOWLEDGEMENT_SHIFT, acknowledgement);
    return this;
  }

  /** Sets what the kernel compares the headers of the next segments with. */
  public FlowEntry newest(int acknowledgement, int windowField, int timestamp, int echo) {
    memory.set(JAVA_INT, ACKNOWLEDGEMENT, acknowledgement);
    memory.set(JAVA_INT, WINDOW, windowField);
    memory.set(JAVA_INT, TIMESTAMP, timestamp);
    memory.set(JAVA_INT, TIMESTAMP_ECHO, echo);
    return this;
  }

  /** Whether the kernel forwards the direction still; if not, it was recalled. */
  public boolean isFast() {
    return memory.get(JAVA_INT, STATE) == FAST;
  }

  /** Why this direction recalled the connection. */
  public RecallReason reason() {
    return RecallReason.of(memory.get(JAVA_INT, REASON));
  }

  /** The end of the octets that the kernel forwarded, or the start of the entry. */
  public int end() {
    return memory.get(JAVA_INT, END);
  }

  public int acknowledgement() {
    return memory.get(JAVA_INT, ACKNOWLEDGEMENT);
  }

  /** The window field of the newest acknowledgement. */
  public int windowField() {
    return memory.get(JAVA_INT, WINDOW);
  }

  public int timestamp() {
    return memory.get(JAVA_INT, TIMESTAMP);
  }

  public int timestampEcho() {
    return memory.get(JAVA_INT, TIMESTAMP_ECHO);
  }

  /** The packets that the kernel forwarded; a super-segment counts as one. */
  public long packets() {
    return memory.get(JAVA_LONG, PACKETS);
  }

  /** The payload octets that the kernel forwarded, repeated ones included. */
  public long octets() {
    return memory.get(JAVA_LONG, OCTETS);
  }

  /** When the newest of them came, in nanoseconds of CLOCK_MONOTONIC; 0 if none did. */
  public long nanos() {
    return memory.get(JAVA_LONG, NANOS);
  }
}
