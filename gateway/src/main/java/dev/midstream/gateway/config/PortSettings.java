package dev.midstream.gateway.config;

import dev.midstream.wire.afpacket.ReceiveMode;
import java.util.List;

/**
 * The inline port.
 *
 * @param kind how packets are exchanged
 * @param inside the interface towards the clients; empty if not named
 * @param outside the interface towards the servers; empty if not named
 * @param queue the kernel's queue number, for {@link Kind#NFQUEUE}
 * @param receive how frames are read from the kernel, for {@link Kind#AFPACKET}
 * @param linkLocal how link-local frames are treated, for {@link Kind#AFPACKET}
 */
public record PortSettings(
    Kind kind, String inside, String outside, int queue, ReceiveMode receive, LinkLocal linkLocal) {

  /** The same settings for a node that has no port. */
  PortSettings without() {
    return new PortSettings(Kind.NONE, "", "", queue, receive, linkLocal);
  }

  /** The interfaces of Ethernet that forward packets. */
  public List<String> bridged() {
    return kind == Kind.AFPACKET ? List.of(inside, outside) : List.of();
  }

  /** How packets are exchanged. */
  public enum Kind {
    /** A bridge between two interfaces. */
    AFPACKET,
    /** A queue in the kernel's forwarding path. */
    NFQUEUE,
    /** A bridge through libpcap, for systems with nothing else. */
    PCAP,
    /** Two TUN devices. */
    TUN,
    /** A relay that terminates connections. */
    RELAY,
    /** None: packets come from dispatchers, and leave by them. It cannot be named in a file. */
    NONE;

    /** What a file can name. */
    static List<Kind> named() {
      return List.of(AFPACKET, NFQUEUE, PCAP, TUN, RELAY);
    }

    /** Whether {@code run} supports it in this version. */
    boolean isRunnable() {
      return this == AFPACKET || this == TUN;
    }
  }

  /** The treatment of frames for the other end of a link only, such as LLDP. */
  public enum LinkLocal {
    /** Forwarded, as by a cable. */
    PASS,
    /** Dropped, as by a bridge. */
    DROP
  }
}
