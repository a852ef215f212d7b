package dev.midstream.demo.traffic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Connections over the loopback interface. */
final class LoopbackConnection {
  private LoopbackConnection() {}

  static Connection open() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (ServerSocketChannel listening = ServerSocketChannel.open().bind(any)) {
      SocketChannel client = SocketChannel.open(listening.getLocalAddress());
      return new Connection(client, listening.accept());
    }
  }
}
