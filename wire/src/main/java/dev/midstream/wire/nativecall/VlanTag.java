package dev.midstream.wire.nativecall;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;

import java.lang.foreign.MemorySegment;

/**
 * The outermost VLAN tag of a frame, which the kernel removes and reports separately (packet(7)).
 * It is reinserted here. A tag is an int of the four octets on the wire.
 */
public final class VlanTag {
  /** No tag; a real tag is never 0, because its type is not. */
  public static final int NONE = 0;

  /** Octets of a tag. */
  public static final int BYTES = 4;

  private static final int ADDRESS_BYTES = 12;
  private static final int STATUS_VALID = 0x10;
  private static final int STATUS_TYPE_VALID = 0x40;
  private static final int CUSTOMER_TYPE = 0x8100;

  private VlanTag() {}

  /** The tag that tp_status, tp_vlan_tci and tp_vlan_tpid describe. */
  static int of(int status, short control, short type) {
    if ((status & STATUS_VALID) == 0) {
      return NONE;
    }
    int known = (status & STATUS_TYPE_VALID) != 0 ? type & 0xffff : CUSTOMER_TYPE;
    return known << 16 | (control & 0xffff);
  }

  /**
   * Reinserts {@code tag} into the frame at {@code frameAt}, which is preceded by its virtio
   * header. Both then start {@link #BYTES} earlier.
   */
  public static void reinsert(MemorySegment memory, long frameAt, int tag) {
    long headerAt = frameAt - VirtioHeader.BYTES;
    MemorySegment.copy(
        memory, headerAt, memory, headerAt - BYTES, VirtioHeader.BYTES + ADDRESS_BYTES);
    putFourOctets(memory, frameAt - BYTES + ADDRESS_BYTES, tag);
    VirtioHeader.shift(memory, headerAt - BYTES, BYTES);
  }
}
