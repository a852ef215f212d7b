package dev.midstream.demo.traffic;

import dev.midstream.demo.network.NameSpace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;

/** A listening server, and a client that connects to it. */
public final class SocketPair implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final int PATIENCE_MILLIS = 20_000;

  private final NameSpace client;
  private final InetSocketAddress address;
  private final ServerSocketChannel listening;

  private SocketPair(NameSpace client, InetSocketAddress address, ServerSocketChannel listening) {
    this.client = client;
    this.address = address;
    this.listening = listening;
  }

  /** Lets a server listen at a literal address that its name space has. */
  public static SocketPair of(NameSpace client, NameSpace server, String host, int port)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    ServerSocketChannel listening =
        server.in(() -> ServerSocketChannel.open().bind(address, BACKLOG));
    return new SocketPair(client, address, listening);
  }

  /**
   * Opens a connection and gives both of its sockets, which block.
   *
   * @throws IOException also if either end has none within 20 s
   */
  public synchronized Connection connect() throws IOException {
    SocketChannel from = client.in(SocketChannel::open);
    try {
      from.socket().connect(address, PATIENCE_MILLIS);
      listening.socket().setSoTimeout(PATIENCE_MILLIS);
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
