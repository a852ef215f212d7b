package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.NetworkOrder;
import java.lang.foreign.MemorySegment;

/** The key of one direction of a connection in a table (struct key of fastpath.h). */
public final class FlowKey {
  static final int BYTES = 40;

  private static final int ADDRESS_BYTES = 16;
  private static final int DESTINATION = 16;
  private static final int SOURCE_PORT = 32;
  private static final int DESTINATION_PORT = 34;
  private static final int VLAN = 36;
  private static final int VERSION = 38;
  private static final int TAGGED = 0x1000;

  private final MemorySegment memory;

  /** A key in {@code memory}, of {@link #BYTES} octets. */
  FlowKey(MemorySegment memory) {
    this.memory = memory;
  }

  MemorySegment memory() {
    return memory;
  }

  /**
   * Sets the key to the direction of the segment in {@code view}, which has at most one VLAN tag.
   */
  public FlowKey set(FrameView view) {
    memory.fill((byte) 0);
    version(view.ipVersion(), view.vlanIds());
    source(view.sourceHigh(), view.sourceLow(), view.sourcePort());
    return destination(view.destinationHigh(), view.destinationLow(), view.destinationPort());
  }

  /**
   * Begins a key.
   *
   * @param version 4 or 6
   * @param vlanId of the only tag; 0 without one
   */
  public FlowKey begin(int version, int vlanId) {
    memory.fill((byte) 0);
    return version(version, vlanId);
  }

  private FlowKey version(int version, int vlanId) {
    memory.set(JAVA_SHORT, VERSION, (short) version);
    memory.set(JAVA_SHORT, VLAN, (short) (vlanId == 0 ? 0 : vlanId | TAGGED));
    return this;
  }

  /** Sets the sender; the low half of an IPv4 address is all of it. */
  public FlowKey source(long high, long low, int port) {
    setAddress(0, high, low);
    NetworkOrder.putTwoOctets(memory, SOURCE_PORT, port);
    return this;
  }

  /** Sets the receiver; the low half of an IPv4 address is all of it. */
  public FlowKey destination(long high, long low, int port) {
    setAddress(DESTINATION, high, low);
    NetworkOrder.putTwoOctets(memory, DESTINATION_PORT, port);
    return this;
  }

  private void setAddress(int at, long high, long low) {
    if (memory.get(JAVA_SHORT, VERSION) == 4) {
      NetworkOrder.putFourOctets(memory, at, (int) low);
    } else {
      memory.set(JAVA_LONG, at, Long.reverseBytes(high));
      memory.set(JAVA_LONG, at + Long.BYTES, Long.reverseBytes(low));
    }
  }

  /** Sets the key to the other direction of {@code one}, which is another key. */
  public FlowKey setOpposite(FlowKey one) {
    memory.copyFrom(one.memory);
    MemorySegment.copy(one.memory, DESTINATION, memory, 0, ADDRESS_BYTES);
    MemorySegment.copy(one.memory, 0, memory, DESTINATION, ADDRESS_BYTES);
    memory.set(JAVA_SHORT, SOURCE_PORT, one.memory.get(JAVA_SHORT, DESTINATION_PORT));
    memory.set(JAVA_SHORT, DESTINATION_PORT, one.memory.get(JAVA_SHORT, SOURCE_PORT));
    return this;
  }

  /** 4 or 6. */
  int version() {
    return memory.get(JAVA_SHORT, VERSION);
  }

  /** The id of the only tag, with a higher bit; 0 without one. */
  int vlan() {
    return memory.get(JAVA_SHORT, VLAN);
  }

  /** Copies the sender's and the receiver's address, of {@code bytes} octets each. */
  void copyAddresses(MemorySegment to, long at, int bytes) {
    MemorySegment.copy(memory, 0, to, at, bytes);
    MemorySegment.copy(memory, DESTINATION, to, at + bytes, bytes);
  }

  /** Copies the sender's and the receiver's port. */
  void copyPorts(MemorySegment to, long at) {
    MemorySegment.copy(memory, SOURCE_PORT, to, at, 2 * Short.BYTES);
  }
}
