package dev.midstream.gateway.config;

import dev.midstream.wire.afpacket.ReceiveWay;

/**
 * Where packets come from and go to when the program is inline.
 *
 * @param kind how packets are exchanged
 * @param inside the interface towards the clients; empty if not named
 * @param outside the interface towards the servers; empty if not named
 * @param queue the kernel's queue number, for {@link Kind#NFQUEUE}
 * @param receive how frames come out of the kernel, for {@link Kind#AFPACKET}
 * @param linkLocal what becomes of frames for the other end of a link, for {@link Kind#AFPACKET}
 */
public record PortSettings(
    Kind kind, String inside, String outside, int queue, ReceiveWay receive, LinkLocal linkLocal) {

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
    RELAY;

    /** Whether {@code run} of this version can use it. */
    boolean isRunnable() {
      return this == AFPACKET || this == TUN;
    }
  }

  /** What becomes of frames that are meant for the other end of a link alone, such as LLDP. */
  public enum LinkLocal {
    /** They pass, as through a cable. */
    PASS,
    /** They stay on their side, as at a bridge. */
    DROP
  }
}
