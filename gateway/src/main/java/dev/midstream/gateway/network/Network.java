package dev.midstream.gateway.network;

import java.io.IOException;
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
  private @Nullable ImpairedWire impaired;

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
    Network network = new Network();
    try {
      network.client.wire("c0", network.box, "in0", mtu);
      network.server.wire("s0", network.box, "out0", mtu);
      return network.complete();
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
    Network network = new Network();
    NameSpace middle = makeBeside(network.client, network.box, network.server);
    try {
      NameSpace end = before ? network.client : network.server;
      String name = before ? "c0" : "s0";
      end.wire(name, middle, ImpairedWire.LEFT, mtu);
      middle.wire(ImpairedWire.RIGHT, network.box, before ? "in0" : "out0", mtu);
      middle.silence(ImpairedWire.LEFT);
      middle.silence(ImpairedWire.RIGHT);
      network.impaired = ImpairedWire.start(middle, impairment, seed);
      if (before) {
        network.server.wire("s0", network.box, "out0", mtu);
      } else {
        network.client.wire("c0", network.box, "in0", mtu);
      }
      network.complete();
      network.client.offloadNothing("c0");
      network.server.offloadNothing("s0");
      return network;
    } catch (IOException e) {
      middle.close();
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
    return impaired == null ? 0 : impaired.faults();
  }

  @Override
  public void close() {
    if (impaired != null) {
      impaired.close();
    }
    client.close();
    box.close();
    server.close();
  }

  private Network complete() throws IOException {
    box.silence("in0");
    box.silence("out0");
    client.ip("addr add " + CLIENT + "/24 dev c0");
    server.ip("addr add " + SERVER + "/24 dev s0");
    if (NameSpace.knowsIpv6()) {
      client.ip("addr add " + CLIENT_6 + "/64 dev c0 nodad");
      server.ip("addr add " + SERVER_6 + "/64 dev s0 nodad");
    }
    return this;
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
