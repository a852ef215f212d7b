package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.NetworkOrder;
import java.lang.foreign.MemorySegment;

/** The key of one direction of a connection in the kernel's table (struct key of fastpath.c). */
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
    int vlan = view.vlanIds();
    memory.fill((byte) 0);
    setAddress(0, view.ipVersion(), view.sourceHigh(), view.sourceLow());
    setAddress(DESTINATION, view.ipVersion(), view.destinationHigh(), view.destinationLow());
    NetworkOrder.putTwoOctets(memory, SOURCE_PORT, view.sourcePort());
    NetworkOrder.putTwoOctets(memory, DESTINATION_PORT, view.destinationPort());
    memory.set(JAVA_SHORT, VLAN, (short) (vlan == 0 ? 0 : vlan | TAGGED));
    memory.set(JAVA_SHORT, VERSION, (short) view.ipVersion());
    return this;
  }

  private void setAddress(int at, int version, long high, long low) {
    if (version == 4) {
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
}
