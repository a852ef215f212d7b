package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * What a table holds of one direction of a connection, or a copy of it (struct entry of
 * fastpath.h). Numbers of the direction are as its sender sent them, before they are moved.
 */
public final class FlowEntry {
  /** Both addresses on the link. */
  public static final int LINK_BYTES = 12;

  static final int BYTES = 96;

  /**
   * The version of this layout and that of {@link FlowKey}, raised with each change of what their
   * fields are or mean, if the version before would misread them: a process reads no entries that
   * one of another version has left.
   */
  static final int LAYOUT = 1;

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
  private static final int LINK = 80;
  private static final int SEEN = 92;

  private static final int FAST = 1;
  private static final int RECALLED = 2;
  private static final int ADOPTED = 3;
  private static final int SHIFTED = 4;
  private static final int HELD = 5;
  private static final int FIN = 1;
  private static final int RST = 4;
  private static final int HAS_EDGE = 1;
  private static final int HAS_START = 2;

  /**
   * From the start to the edge lies what acknowledges the newest SYN by which an end may open it
   * anew; {@link #ACKNOWLEDGED_FROM} acknowledges the first one of a second.
   */
  private static final int HAS_SYN = 4;

  private static final long OUTDATED_NANOS = 2_147_000_000_000L;

  private final MemorySegment memory;

  /** An entry in {@code memory}, of {@link #BYTES} octets. */
  FlowEntry(MemorySegment memory) {
    this.memory = memory;
  }

  MemorySegment memory() {
    return memory;
  }

  /** Begins an entry: the direction is forwarded to the interface with {@code index}, all of it. */
  public FlowEntry begin(int index) {
    memory.fill((byte) 0);
    memory.set(JAVA_INT, STATE, FAST);
    memory.set(JAVA_INT, INTERFACE, index);
    return this;
  }

  /**
   * Sets where the direction begins: nothing has passed of it, and nothing beyond was acknowledged.
   *
   * @param from the sender's number before which payload is not forwarded
   * @param acknowledgedFrom the other end's number before which acknowledgements and SACK blocks
   *     are not forwarded; each is at most 2^31 - 1 below those that are
   */
  public FlowEntry start(int from, int acknowledgedFrom) {
    memory.set(JAVA_INT, FROM, from);
    memory.set(JAVA_INT, END, from);
    memory.set(JAVA_INT, ACKNOWLEDGED_FROM, acknowledgedFrom);
    memory.set(JAVA_INT, ACKNOWLEDGEMENT, acknowledgedFrom);
    return flag(HAS_START);
  }

  /** Sets where payload ends that is forwarded, at most 2^31 - 1 octets after its start. */
  public FlowEntry edge(int sequence) {
    memory.set(JAVA_INT, EDGE, sequence);
    return flag(HAS_EDGE);
  }

  private FlowEntry flag(int bit) {
    memory.set(JAVA_INT, FLAGS, memory.get(JAVA_INT, FLAGS) | bit);
    return this;
  }

  /** Sets what is added to sequence numbers, and to acknowledgement numbers and SACK blocks. */
  public FlowEntry shift(int sequence, int acknowledgement) {
    memory.set(JAVA_INT, SEQUENCE_SHIFT, sequence);
    memory.set(JAVA_INT, ACKNOWLEDGEMENT_SHIFT, acknowledgement);
    return this;
  }

  /**
   * Sets the newest headers of the direction, with which those of its next segments are compared.
   */
  public FlowEntry newest(
      int end, int acknowledgement, int windowField, int timestamp, int timestampEcho) {
    memory.set(JAVA_INT, END, end);
    memory.set(JAVA_INT, ACKNOWLEDGEMENT, acknowledgement);
    memory.set(JAVA_INT, WINDOW, windowField);
    memory.set(JAVA_INT, TIMESTAMP, timestamp);
    memory.set(JAVA_INT, TIMESTAMP_ECHO, timestampEcho);
    return this;
  }

  /** Takes over the newer numbers, and the addresses, of another entry of the direction. */
  FlowEntry catchUp(FlowEntry other) {
    if (other.end() - end() > 0) {
      memory.set(JAVA_INT, END, other.end());
    }
    if (other.acknowledgement() - acknowledgement() > 0) {
      memory.set(JAVA_INT, ACKNOWLEDGEMENT, other.acknowledgement());
    }
    if (AdoptedFrame.hasLink(other)) {
      link().copyFrom(other.link());
    }
    return this;
  }

  /** The index of the interface that the direction leaves by. */
  public int index() {
    return memory.get(JAVA_INT, INTERFACE);
  }

  /** Lets the direction leave by the interface with {@code index}. */
  FlowEntry index(int index) {
    memory.set(JAVA_INT, INTERFACE, index);
    return this;
  }

  boolean hasStart() {
    return (memory.get(JAVA_INT, FLAGS) & HAS_START) != 0;
  }

  boolean hasEdge() {
    return (memory.get(JAVA_INT, FLAGS) & HAS_EDGE) != 0;
  }

  int from() {
    return memory.get(JAVA_INT, FROM);
  }

  int edge() {
    return memory.get(JAVA_INT, EDGE);
  }

  int acknowledgedFrom() {
    return memory.get(JAVA_INT, ACKNOWLEDGED_FROM);
  }

  /** What is added to sequence numbers. */
  public int sequenceShift() {
    return memory.get(JAVA_INT, SEQUENCE_SHIFT);
  }

  /** What is added to acknowledgement numbers and SACK blocks. */
  public int acknowledgementShift() {
    return memory.get(JAVA_INT, ACKNOWLEDGEMENT_SHIFT);
  }

  /** Sets that the direction is forwarded no more. */
  void recall() {
    memory.set(JAVA_INT, STATE, RECALLED);
  }

  /** Sets why this direction recalled the connection. */
  void reason(RecallReason reason) {
    memory.set(JAVA_INT, REASON, reason.number());
  }

  /** Counts a packet that was forwarded. */
  void count(int payloadBytes, long nanos) {
    memory.set(JAVA_LONG, PACKETS, packets() + 1);
    memory.set(JAVA_LONG, OCTETS, octets() + payloadBytes);
    memory.set(JAVA_LONG, NANOS, nanos);
  }

  /** Sets when the newest packet of the direction came, in nanoseconds of the table's clock. */
  public FlowEntry nanos(long nanos) {
    memory.set(JAVA_LONG, NANOS, nanos);
    return this;
  }

  /**
   * Whether the newest timestamps are not known, or so old that a clock of microseconds may have
   * passed half of its range since (RFC 7323 section 5.5): their order to newer ones is unknown.
   */
  boolean isOutdated(long nowNanos) {
    return nanos() == 0 || nowNanos - nanos() >= OUTDATED_NANOS;
  }

  /**
   * Makes the entry a guard: while the process is silent, the direction is forwarded, all of it.
   */
  public FlowEntry asShifted() {
    memory.set(JAVA_INT, STATE, SHIFTED);
    return this;
  }

  /** Makes the entry a guard: while the process is silent, nothing of the direction passes. */
  public FlowEntry asHeld() {
    memory.set(JAVA_INT, STATE, HELD);
    return this;
  }

  /** Lets the kernel forward all of the direction from now on, whether the process lives or not. */
  FlowEntry asAdopted() {
    memory.set(JAVA_INT, STATE, ADOPTED);
    memory.set(JAVA_INT, FLAGS, memory.get(JAVA_INT, FLAGS) & HAS_SYN);
    return this;
  }

  /** Sets the receiver's and the sender's address on the link, of 6 octets each. */
  public FlowEntry link(byte[] header) {
    MemorySegment.copy(header, 0, memory, JAVA_BYTE, LINK, LINK_BYTES);
    return this;
  }

  /** Whether it is a guard of a direction that differs by a constant. */
  public boolean isShifted() {
    return memory.get(JAVA_INT, STATE) == SHIFTED;
  }

  /** Whether it is a guard of a direction of which nothing may pass. */
  public boolean isHeld() {
    return memory.get(JAVA_INT, STATE) == HELD;
  }

  /** Whether the kernel forwards all of the direction, and no engine has it. */
  boolean isAdopted() {
    return memory.get(JAVA_INT, STATE) == ADOPTED;
  }

  /** Whether a FIN passed without an engine. */
  boolean isFinSeen() {
    return (memory.get(JAVA_INT, SEEN) & FIN) != 0;
  }

  /** Whether a RST passed without an engine. */
  boolean isResetSeen() {
    return (memory.get(JAVA_INT, SEEN) & RST) != 0;
  }

  /** Copies both addresses on the link to the start of {@code header}; known if a packet passed. */
  public void copyLink(byte[] header) {
    MemorySegment.copy(memory, JAVA_BYTE, LINK, header, 0, LINK_BYTES);
  }

  /** The receiver's and the sender's address on the link; zeros if they are not known. */
  MemorySegment link() {
    return memory.asSlice(LINK, LINK_BYTES);
  }

  /** Whether the direction is forwarded still; if not, it was recalled. */
  public boolean isFast() {
    return memory.get(JAVA_INT, STATE) == FAST;
  }

  /** Why this direction recalled the connection. */
  public RecallReason reason() {
    boolean hasSyn = (memory.get(JAVA_INT, FLAGS) & HAS_SYN) != 0; // the kernel has its time there
    return hasSyn ? RecallReason.CONTROL_BITS : RecallReason.of(memory.get(JAVA_INT, REASON));
  }

  /** The end of the octets that were forwarded, or of those before them. */
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

  /** The packets that were forwarded; a super-segment counts as one. */
  public long packets() {
    return memory.get(JAVA_LONG, PACKETS);
  }

  /** The payload octets that were forwarded, repeated ones included. */
  public long octets() {
    return memory.get(JAVA_LONG, OCTETS);
  }

  /**
   * When the newest packet of the direction came, in nanoseconds of the table's clock: one that was
   * forwarded, or one with timestamps before; 0 if there was none.
   */
  public long nanos() {
    return memory.get(JAVA_LONG, NANOS);
  }
}
