package dev.midstream.gateway.config;

/**
 * Where packets come from and go to when the program is inline.
 *
 * @param kind how packets are exchanged
 * @param inside the interface towards the clients; empty if not named
 * @param outside the interface towards the servers; empty if not named
 * @param queue the kernel's queue number, for {@link Kind#NFQUEUE}
 */
public record PortSettings(Kind kind, String inside, String outside, int queue) {

  /** How packets are exchanged. */
  public enum Kind {
    /** A bridge between two interfaces. */
    AFPACKET,
    /** A queue in the kernel's forwarding path. */
    NFQUEUE,
    /** A bridge where only libpcap exists. */
    PCAP,
    /** Two TUN devices. */
    TUN,
    /** A relay that ends connections. */
    RELAY
  }
}
