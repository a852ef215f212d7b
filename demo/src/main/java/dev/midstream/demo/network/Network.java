package dev.midstream.demo.network;

import dev.midstream.wire.packet.Box;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client and a server with a box between them, each in a name space of its own:
 *
 * <pre>
 *   client c0 ─── in0 box out0 ─── s0 server
 * </pre>
 *
 * <p>Client and server have addresses of one network, IPv4 and, where the kernel has it, IPv6. The
 * box's name space has none: without a program at work between {@code in0} and {@code out0} the
 * wire is cut.
 */
public final class Network implements AutoCloseable {
  public static final String CLIENT = "10.1.0.1";
  public static final String SERVER = "10.1.0.2";
  public static final String CLIENT_6 = "fd00:1::1";
  public static final String SERVER_6 = "fd00:1::2";

  private final NameSpace client;
  private final NameSpace box;
  private final NameSpace server;
  private final List<BoxedWire> boxed = new ArrayList<>();
  private @Nullable FaultyBox faulty;

  private Network() throws IOException {
    client = NameSpace.make();
    box = makeBeside(client);
    server = makeBeside(client, box);
  }

  /**
   * Makes a network whose interfaces have this MTU.
   *
   * @throws IOException if name spaces cannot be made here, with the reason
   */
  public static Network make(int mtu) throws IOException {
    return through(mtu, null, null);
  }

  /**
   * Makes a network with a box of this process in the client's wire, in the server's, or in both;
   * its inside is where the client or the server is.
   */
  public static Network through(int mtu, @Nullable Box nearClient, @Nullable Box nearServer)
      throws IOException {
    Network network = new Network();
    try {
      network.wire(network.client, "c0", nearClient, "in0", mtu);
      network.wire(network.server, "s0", nearServer, "out0", mtu);
      network.complete();
      return network;
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  /**
   * Makes a network with one bad wire, between the box and the server or ({@code before}) the
   * client. Its ends send no super-segments, so that a fault concerns one segment.
   *
   * @param seed decides which frames suffer
   */
  public static Network impaired(int mtu, boolean before, Impairment impairment, long seed)
      throws IOException {
    FaultyBox faulty = new FaultyBox(impairment, seed);
    Network network = before ? through(mtu, faulty, null) : through(mtu, null, faulty);
    network.faulty = faulty;
    try {
      network.client.offloadNothing("c0");
      network.server.offloadNothing("s0");
      return network;
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  /** Where the client is. */
  public NameSpace client() {
    return client;
  }

  /** Where the box is to work. */
  public NameSpace box() {
    return box;
  }

  /** Where the server is. */
  public NameSpace server() {
    return server;
  }

  /** Frames that the bad wire lost, delayed or doubled so far. */
  public long faults() {
    return faulty == null ? 0 : faulty.faults();
  }

  @Override
  public void close() {
    boxed.forEach(BoxedWire::close);
    client.close();
    box.close();
    server.close();
  }

  private void wire(NameSpace end, String name, @Nullable Box between, String peer, int mtu)
      throws IOException {
    if (between == null) {
      end.wire(name, box, peer, mtu);
      box.silence(peer);
      return;
    }
    NameSpace middle = NameSpace.make();
    try {
      end.wire(name, middle, BoxedWire.LEFT, mtu);
      middle.wire(BoxedWire.RIGHT, box, peer, mtu);
      middle.silence(BoxedWire.LEFT);
      middle.silence(BoxedWire.RIGHT);
      box.silence(peer);
      boxed.add(BoxedWire.start(middle, between));
    } catch (IOException e) {
      middle.close();
      throw e;
    }
  }

  private void complete() throws IOException {
    client.ip("addr add " + CLIENT + "/24 dev c0");
    server.ip("addr add " + SERVER + "/24 dev s0");
    if (NameSpace.knowsIpv6()) {
      client.ip("addr add " + CLIENT_6 + "/64 dev c0 nodad");
      server.ip("addr add " + SERVER_6 + "/64 dev s0 nodad");
    }
  }

  private static NameSpace makeBeside(NameSpace... others) throws IOException {
    try {
      return NameSpace.make();
    } catch (IOException e) {
      for (NameSpace other : others) {
        other.close();
      }
      throw e;
    }
  }
}
