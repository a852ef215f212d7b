package dev.midstream.demo.network;

import dev.midstream.wire.packet.Box;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client and a server with a box between them, each in a network namespace of its own:
 *
 * <pre>
 *   client c0 ─── in0 box out0 ─── s0 server
 * </pre>
 *
 * <p>Client and server have addresses of one subnet: IPv4 and, where the kernel has it, IPv6. The
 * box's namespace has no addresses: unless a program forwards frames between {@code in0} and {@code
 * out0}, none arrive.
 */
public final class Network implements AutoCloseable {
  public static final String CLIENT = "10.1.0.1";
  public static final String SERVER = "10.1.0.2";
  public static final String CLIENT_6 = "fd00:1::1";
  public static final String SERVER_6 = "fd00:1::2";

  private final Namespace client;
  private final Namespace box;
  private final Namespace server;
  private final List<BoxedWire> wires = new ArrayList<>();
  private @Nullable FaultyBox faulty;

  private Network() throws IOException {
    client = Namespace.make();
    box = makeOrClose(client);
    server = makeOrClose(client, box);
  }

  /**
   * Makes a network whose interfaces have the given MTU.
   *
   * @throws IOException if namespaces cannot be made here, with the reason
   */
  public static Network make(int mtu) throws IOException {
    return withBoxes(mtu, null, null);
  }

  /**
   * Makes a network with a box of this process in the client's wire, in the server's, or in both.
   * The inside of such a box is the side of the client or server. Null means no box.
   */
  public static Network withBoxes(int mtu, @Nullable Box nearClient, @Nullable Box nearServer)
      throws IOException {
    Network network = new Network();
    try {
      network.connect(network.client, "c0", nearClient, "in0", mtu);
      network.connect(network.server, "s0", nearServer, "out0", mtu);
      network.addAddresses();
      return network;
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  /**
   * Makes a network with one bad wire. Client and server use no offloads, so that a fault hits a
   * single segment.
   *
   * @param atClient whether the wire is the client's; otherwise it is the server's
   * @param seed decides which frames are hit
   */
  public static Network impaired(int mtu, boolean atClient, Impairment impairment, long seed)
      throws IOException {
    FaultyBox faulty = new FaultyBox(impairment, seed);
    Network network = atClient ? withBoxes(mtu, faulty, null) : withBoxes(mtu, null, faulty);
    network.faulty = faulty;
    try {
      network.client.disableOffloads("c0");
      network.server.disableOffloads("s0");
      return network;
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  public Namespace client() {
    return client;
  }

  /** The namespace of the box in the middle. */
  public Namespace box() {
    return box;
  }

  public Namespace server() {
    return server;
  }

  /** Frames that the bad wire lost, delayed or duplicated so far. */
  public long faults() {
    return faulty == null ? 0 : faulty.faults();
  }

  @Override
  public void close() {
    wires.forEach(BoxedWire::close);
    client.close();
    box.close();
    server.close();
  }

  private void connect(Namespace end, String name, @Nullable Box between, String peer, int mtu)
      throws IOException {
    if (between == null) {
      end.addVeth(name, box, peer, mtu);
      box.disableIpv6(peer);
      return;
    }
    Namespace middle = Namespace.make();
    try {
      end.addVeth(name, middle, BoxedWire.LEFT, mtu);
      middle.addVeth(BoxedWire.RIGHT, box, peer, mtu);
      middle.disableIpv6(BoxedWire.LEFT);
      middle.disableIpv6(BoxedWire.RIGHT);
      box.disableIpv6(peer);
      wires.add(BoxedWire.start(middle, between));
    } catch (IOException e) {
      middle.close();
      throw e;
    }
  }

  private void addAddresses() throws IOException {
    client.ip("addr add " + CLIENT + "/24 dev c0");
    server.ip("addr add " + SERVER + "/24 dev s0");
    if (Namespace.hasIpv6()) {
      client.ip("addr add " + CLIENT_6 + "/64 dev c0 nodad");
      server.ip("addr add " + SERVER_6 + "/64 dev s0 nodad");
    }
  }

  private static Namespace makeOrClose(Namespace... others) throws IOException {
    try {
      return Namespace.make();
    } catch (IOException e) {
      for (Namespace other : others) {
        other.close();
      }
      throw e;
    }
  }
}
