package dev.midstream.bench.failover;

import dev.midstream.demo.cluster.ClusterNetwork;
import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.traffic.Connection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A server that listens at one port, and a client that connects to it through a contestant. */
final class Ends implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Namespace client;
  private final InetSocketAddress target;
  private final ServerSocketChannel listening;

  private Ends(Namespace client, InetSocketAddress target, ServerSocketChannel listening) {
    this.client = client;
    this.target = target;
    this.listening = listening;
  }

  static Ends open(ClusterNetwork network, String target, int port) throws IOException {
    ServerSocketChannel listening =
        network
            .server()
            .call(() -> ServerSocketChannel.open().bind(new InetSocketAddress(port), BACKLOG));
    return new Ends(network.client(), new InetSocketAddress(target, port), listening);
  }

  /** A connection, open at both ends, one after the other. */
  Connection connect() throws IOException {
    SocketChannel from = unconnected(1).getFirst();
    from.socket().connect(target, TIMEOUT_MILLIS);
    listening.socket().setSoTimeout(TIMEOUT_MILLIS);
    return new Connection(from, listening.socket().accept().getChannel());
  }

  /** Sockets of the client, for {@link #target}. */
  List<SocketChannel> unconnected(int count) throws IOException {
    return client.call(() -> {
      List<SocketChannel> sockets = new ArrayList<>();
      for (int number = 0; number < count; number++) {
        sockets.add(SocketChannel.open());
      }
      return sockets;
    });
  }

  InetSocketAddress target() {
    return target;
  }

  /** The next connection at the server. */
  SocketChannel accept() throws IOException {
    return listening.accept();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
