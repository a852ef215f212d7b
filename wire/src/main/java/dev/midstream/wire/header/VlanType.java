package dev.midstream.wire.header;

/** The EtherTypes of VLAN tags (IEEE 802.1Q), and the older one of stacked tags. */
public final class VlanType {
  private static final int CUSTOMER = 0x8100;
  private static final int SERVICE = 0x88a8;
  private static final int OLD_SERVICE = 0x9100;

  private VlanType() {}

  /** Whether a VLAN tag follows {@code etherType}: its control field and the next EtherType. */
  public static boolean isTag(int etherType) {
    return etherType == CUSTOMER || etherType == SERVICE || etherType == OLD_SERVICE;
  }

  /** Whether the tag is one of a customer, the only kind that the kernel's program reads. */
  public static boolean isCustomerTag(int etherType) {
    return etherType == CUSTOMER;
  }
}
