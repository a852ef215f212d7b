package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The receive ring of a packet socket (packet(7), TPACKET_V2): slots in mapped memory that the
 * kernel fills and the reader releases. Each slot starts with a struct tpacket2_hdr.
 *
 * <pre>
 *   slot: tpacket2_hdr 32 | sockaddr_ll 20 | at least 14 unused | virtio 10 | frame ...
 * </pre>
 */
public final class PacketRing {
  private static final int PAGE_BYTES = 4096;
  private static final int BLOCK_BYTES = 1 << 20;

  /** A super-segment of 64 KiB with everything before it needs 17 pages. */
  private static final int SLOT_BYTES = 17 * PAGE_BYTES;

  private static final int SLOTS_PER_BLOCK = BLOCK_BYTES / SLOT_BYTES;

  private static final int REQUEST_BYTES = 16;
  private static final VarHandle STATUS = JAVA_INT.varHandle();
  private static final int LENGTH = 4;
  private static final int PRESENT_LENGTH = 8;
  private static final int FRAME = 12;
  private static final int VLAN_CONTROL = 24;
  private static final int VLAN_TYPE = 26;
  private static final int STATUS_KERNEL = 0;
  private static final int STATUS_USER = 1;

  private final MemorySegment memory;
  private final int slots;

  private PacketRing(MemorySegment memory, int slots) {
    this.memory = memory;
    this.slots = slots;
  }

  /**
   * Sets up a ring of {@code blocks} MiB for {@code socket}, which must not be bound yet and must
   * have PACKET_VNET_HDR set.
   *
   * @throws IllegalStateException if the kernel refuses, for example because it has no memory to
   *     lock
   */
  public static PacketRing of(Linux linux, int socket, int blocks) {
    int level = PacketDescriptor.SOL_PACKET;
    check(
        "PACKET_VERSION",
        linux.setOption(
            socket, level, PacketDescriptor.PACKET_VERSION, PacketDescriptor.TPACKET_V2));
    int slots = blocks * SLOTS_PER_BLOCK;
    MemorySegment request = linux.allocate(REQUEST_BYTES);
    request.set(JAVA_INT, 0, BLOCK_BYTES);
    request.set(JAVA_INT, 4, blocks);
    request.set(JAVA_INT, 8, SLOT_BYTES);
    request.set(JAVA_INT, 12, slots);
    check(
        "PACKET_RX_RING", linux.setOption(socket, level, PacketDescriptor.PACKET_RX_RING, request));
    MemorySegment memory = linux.map(socket, (long) blocks * BLOCK_BYTES);
    if (memory.address() == 0) {
      throw new IllegalStateException("cannot map the ring: blocks=" + blocks);
    }
    return new PacketRing(memory, slots);
  }

  /** The number of slots. */
  public int slots() {
    return slots;
  }

  /** The memory of all slots. */
  public MemorySegment memory() {
    return memory;
  }

  /** Whether the kernel has filled the slot and handed it over. */
  public boolean isFilled(int slot) {
    return ((int) STATUS.getAcquire(memory, at(slot)) & STATUS_USER) != 0;
  }

  /** Returns the slot to the kernel. */
  public void release(int slot) {
    STATUS.setRelease(memory, at(slot), STATUS_KERNEL);
  }

  /** Where the frame of a filled slot starts in the memory; its virtio header precedes it. */
  public long frameOffset(int slot) {
    return at(slot) + (memory.get(JAVA_SHORT, at(slot) + FRAME) & 0xffff);
  }

  /** Octets of the frame that are present. */
  public int frameLength(int slot) {
    return memory.get(JAVA_INT, at(slot) + PRESENT_LENGTH);
  }

  /** Whether the frame was longer than a slot. */
  public boolean isTruncated(int slot) {
    return memory.get(JAVA_INT, at(slot) + LENGTH) != frameLength(slot);
  }

  /** The VLAN tag that the kernel removed from the frame, see {@link VlanTag}. */
  public int vlanTag(int slot) {
    return VlanTag.of(
        (int) STATUS.getAcquire(memory, at(slot)),
        memory.get(JAVA_SHORT, at(slot) + VLAN_CONTROL),
        memory.get(JAVA_SHORT, at(slot) + VLAN_TYPE));
  }

  private static long at(int slot) {
    return (long) (slot / SLOTS_PER_BLOCK) * BLOCK_BYTES
        + (long) (slot % SLOTS_PER_BLOCK) * SLOT_BYTES;
  }

  private static void check(String step, int result) {
    if (result < 0) {
      throw new IllegalStateException(
          "cannot make the receive ring: step=" + step + " error=" + Errno.text(-result));
    }
  }
}
