package dev.midstream.demo.traffic;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;

/** A server that listens in one network namespace, and a client in another that connects to it. */
public final class SocketPair implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Namespace client;
  private final InetSocketAddress address;
  private final ServerSocketChannel listening;

  private SocketPair(Namespace client, InetSocketAddress address, ServerSocketChannel listening) {
    this.client = client;
    this.address = address;
    this.listening = listening;
  }

  /** Starts to listen. {@code host} must be a literal address of the server's namespace. */
  public static SocketPair of(Namespace client, Namespace server, String host, int port)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    ServerSocketChannel listening =
        server.call(() -> ServerSocketChannel.open().bind(address, BACKLOG));
    return new SocketPair(client, address, listening);
  }

  /**
   * Opens a connection. Both sockets are in blocking mode.
   *
   * @throws IOException also if it is not open on both sides within 20 s
   */
  public synchronized Connection connect() throws IOException {
    SocketChannel from = client.call(SocketChannel::open);
    try {
      from.socket().connect(address, TIMEOUT_MILLIS);
      listening.socket().setSoTimeout(TIMEOUT_MILLIS);
      SocketChannel to = listening.socket().accept().getChannel();
      return new Connection(from, Objects.requireNonNull(to));
    } catch (IOException e) {
      from.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
