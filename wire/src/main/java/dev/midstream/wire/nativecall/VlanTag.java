package dev.midstream.wire.nativecall;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;

import java.lang.foreign.MemorySegment;

/**
 * The outermost VLAN tag of a frame as packet(7) reports it beside the frame: the kernel takes it
 * off, and here it is put back. A tag is the four octets it has on the wire, as an int.
 */
public final class VlanTag {
  /** No tag; no real tag is 0, since its type is not. */
  public static final int NONE = 0;

  /** Octets of a tag. */
  public static final int BYTES = 4;

  private static final int ADDRESS_BYTES = 12;
  private static final int STATUS_VALID = 0x10;
  private static final int STATUS_TYPE_VALID = 0x40;
  private static final int CUSTOMER_TYPE = 0x8100;

  private VlanTag() {}

  /** The tag that tp_status, tp_vlan_tci and tp_vlan_tpid tell of. */
  static int of(int status, short control, short type) {
    if ((status & STATUS_VALID) == 0) {
      return NONE;
    }
    int known = (status & STATUS_TYPE_VALID) != 0 ? type & 0xffff : CUSTOMER_TYPE;
    return known << 16 | (control & 0xffff);
  }

  /**
   * Puts {@code tag} back into the frame at {@code frameAt}, whose virtio header stands before it:
   * both then start {@link #BYTES} earlier.
   */
  public static void reinsert(MemorySegment memory, long frameAt, int tag) {
    long headerAt = frameAt - VirtioHeader.BYTES;
    MemorySegment.copy(
        memory, headerAt, memory, headerAt - BYTES, VirtioHeader.BYTES + ADDRESS_BYTES);
    putFourOctets(memory, frameAt - BYTES + ADDRESS_BYTES, tag);
    VirtioHeader.shift(memory, headerAt - BYTES, BYTES);
  }
}
