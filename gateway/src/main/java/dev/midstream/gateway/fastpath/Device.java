package dev.midstream.gateway.fastpath;

/**
 * The interface that a leg uses.
 *
 * @param index 0 for none
 * @param mtu the largest IP packet that can be sent; 0 for none
 */
record Device(int index, int mtu) {
  static final String ABSENT = "an interface is absent";

  static final Device NONE = new Device(0, 0);

  /** One that disappears may have its index still. */
  private boolean isAbsent() {
    return index == 0 || mtu == 0;
  }

  /** Why the kernel may not forward between two of them; empty if it may. */
  static String obstacle(Device inside, Device outside) {
    if (inside.isAbsent() || outside.isAbsent()) {
      return ABSENT;
    }
    return inside.mtu == outside.mtu
        ? ""
        : "the MTUs differ, inside=" + inside.mtu + " outside=" + outside.mtu;
  }
}
