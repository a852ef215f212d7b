package dev.midstream.testkit.notation;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.wire.packet.Leg;
import java.util.HexFormat;

/**
 * The two endpoints of a scripted connection. The client is inside, the server is outside. The
 * numbers in a script count from the initial sequence number of the sender of the octets.
 *
 * @param ipVersion 4 or 6
 * @param vlanIds the VLAN id; with two tags {@code outer << 12 | inner}; 0 without tag
 * @param clientPort the client's port
 * @param serverPort the server's port
 * @param clientIsn the client's initial sequence number
 * @param serverIsn the server's initial sequence number
 * @param network an octet of both addresses, 0 to 255: 10.0.NETWORK.1, or 2001:db8:NETWORK::1
 */
public record Ends(
    int ipVersion,
    int vlanIds,
    int clientPort,
    int serverPort,
    int clientIsn,
    int serverIsn,
    int network) {

  /** Over IPv4. The client's sequence numbers soon wrap at 2^32, the server's soon pass 2^31. */
  public static final Ends IPV4 = new Ends(4, 0, 40_000, 80, 0xffff_fffc, 0x7fff_fffb, 0);

  /** Over IPv6, with the same sequence numbers. */
  public static final Ends IPV6 = new Ends(6, 0, 40_000, 80, 0xffff_fffc, 0x7fff_fffb, 0);

  private static final HexFormat HEX = HexFormat.of();

  /** The same with VLAN tags. */
  public Ends withVlans(int vlanIds) {
    return new Ends(ipVersion, vlanIds, clientPort, serverPort, clientIsn, serverIsn, network);
  }

  /** The same with other ports: another connection. */
  public Ends withPorts(int clientPort, int serverPort) {
    return new Ends(ipVersion, vlanIds, clientPort, serverPort, clientIsn, serverIsn, network);
  }

  /** The same with other initial sequence numbers. */
  public Ends withIsns(int clientIsn, int serverIsn) {
    return new Ends(ipVersion, vlanIds, clientPort, serverPort, clientIsn, serverIsn, network);
  }

  /** The same with other addresses, as behind a box that translates them. */
  public Ends withNetwork(int network) {
    return new Ends(ipVersion, vlanIds, clientPort, serverPort, clientIsn, serverIsn, network);
  }

  /** The initial sequence number of the sender of {@code direction}. */
  public int isn(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientIsn : serverIsn;
  }

  /** The side of the sender of {@code direction}. */
  public static Leg legOfSender(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? Leg.INSIDE : Leg.OUTSIDE;
  }

  /** The direction of what the endpoint on the side {@code leg} sends. */
  public static Direction directionFrom(Leg leg) {
    return leg == Leg.INSIDE ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
  }

  /** The port of the sender of {@code direction}. */
  public int portOfSender(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientPort : serverPort;
  }

  /** The address of the sender of {@code direction}, 4 or 16 octets. */
  public Octets addressOfSender(Direction direction) {
    int host = direction == Direction.CLIENT_TO_SERVER ? 1 : 2;
    String subnet = HEX.toHexDigits((byte) network);
    String prefix = ipVersion == 4 ? "0a00" + subnet : "20010db800" + subnet + "00".repeat(9);
    return Octets.of(HEX.parseHex(prefix + "0" + host));
  }

  /** Address and port of the sender of {@code direction}. */
  public Endpoint sender(Direction direction) {
    return new Endpoint(addressOfSender(direction), portOfSender(direction));
  }

  /** The MAC address of the sender of {@code direction}. */
  public static Octets macOfSender(Direction direction) {
    return Octets.of(
        HEX.parseHex(direction == Direction.CLIENT_TO_SERVER ? "020000000001" : "020000000002"));
  }
}
