package dev.midstream.wire.live;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Traffic between the endpoints of a network, through kernel sockets. */
final class Traffic {
  private static final int PORT = 7000;
  private static final int WRITE_BYTES = 1 << 17;
  private static final int TIMEOUT_SECONDS = 60;
  private static final int DATAGRAM_MILLIS = 2_000;
  private static final int DATAGRAM_ATTEMPTS = 5;

  private Traffic() {}

  /** Sends {@code bytes} random octets in both directions at once and checks that they arrive. */
  static void bulk(Network network, String serverAddress, int bytes) throws IOException {
    InetSocketAddress address = new InetSocketAddress(Network.address(serverAddress), PORT);
    try (ServerSocketChannel listening =
            network.server.in(() -> ServerSocketChannel.open().bind(address));
        SocketChannel client = network.client.in(SocketChannel::open)) {
      CompletableFuture<SocketChannel> accepting = async(listening::accept);
      await(async(() -> client.connect(address)));
      try (SocketChannel server = accepting.join()) {
        await(
            CompletableFuture.allOf(
                async(() -> send(client, 1, bytes)),
                async(() -> send(server, 2, bytes)),
                async(() -> expect(server, 1, bytes)),
                async(() -> expect(client, 2, bytes))));
      }
    }
  }

  /** A client that sends as much as it can until the flood is closed. */
  static Flood flood(Network network, String serverAddress) throws IOException {
    InetSocketAddress address = new InetSocketAddress(Network.address(serverAddress), PORT);
    ServerSocketChannel listening =
        network.server.in(() -> ServerSocketChannel.open().bind(address));
    SocketChannel client = network.client.in(SocketChannel::open);
    CompletableFuture<SocketChannel> accepting = async(listening::accept);
    await(async(() -> client.connect(address)));
    SocketChannel server = accepting.join();
    CompletableFuture<Boolean> sending = async(() -> send(client, 1, Integer.MAX_VALUE));
    CompletableFuture<Boolean> receiving = async(() -> expect(server, 1, Integer.MAX_VALUE));
    return new Flood(listening, client, server, sending, receiving);
  }

  /** The sockets that {@link #flood} opened; closing it ends the flood. */
  record Flood(
      ServerSocketChannel listening,
      SocketChannel client,
      SocketChannel server,
      CompletableFuture<Boolean> sending,
      CompletableFuture<Boolean> receiving)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      client.close();
      server.close();
      listening.close();
    }
  }

  /** Whether a datagram of {@code bytes} to the server arrives unchanged. */
  static boolean datagramArrives(Network network, String serverAddress, int bytes)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(Network.address(serverAddress), PORT);
    byte[] sent = noise(bytes, bytes);
    try (DatagramSocket server = network.server.in(() -> new DatagramSocket(address));
        DatagramSocket client = network.client.in(() -> new DatagramSocket())) {
      DatagramPacket received = new DatagramPacket(new byte[bytes + 1], bytes + 1);
      server.setSoTimeout(DATAGRAM_MILLIS);
      for (int attempt = 0; attempt < DATAGRAM_ATTEMPTS; attempt++) {
        client.send(new DatagramPacket(sent, bytes, address));
        if (receives(server, received)) {
          return Arrays.equals(sent, Arrays.copyOf(received.getData(), received.getLength()));
        }
      }
      return false;
    }
  }

  private static boolean receives(DatagramSocket socket, DatagramPacket packet) throws IOException {
    try {
      socket.receive(packet);
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static boolean send(SocketChannel channel, long seed, int bytes) throws IOException {
    ByteBuffer noise = ByteBuffer.wrap(noise(seed, WRITE_BYTES));
    for (int left = bytes; left > 0; ) {
      noise.rewind().limit(Math.min(left, WRITE_BYTES));
      left -= channel.write(noise);
      if (noise.hasRemaining()) {
        throw new IOException("a blocking write ended early");
      }
    }
    channel.shutdownOutput();
    return true;
  }

  private static boolean expect(SocketChannel channel, long seed, int bytes) throws IOException {
    byte[] noise = noise(seed, WRITE_BYTES);
    ByteBuffer buffer = ByteBuffer.allocate(WRITE_BYTES);
    int at = 0;
    while (true) {
      buffer.clear().limit(WRITE_BYTES - at % WRITE_BYTES);
      int read = channel.read(buffer);
      if (read < 0) {
        break;
      }
      int from = at % WRITE_BYTES;
      if (!Arrays.equals(buffer.array(), 0, read, noise, from, from + read)) {
        throw new IOException("octets differ: from=" + at + " length=" + read);
      }
      at += read;
    }
    if (at != bytes) {
      throw new IOException("octets are missing: got=" + at + " expected=" + bytes);
    }
    return true;
  }

  private static byte[] noise(long seed, int bytes) {
    byte[] noise = new byte[bytes];
    new SplittableRandom(seed).nextBytes(noise);
    return noise;
  }

  private static <T> CompletableFuture<T> async(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            result.complete(work.call());
          } catch (Exception e) {
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  private static <T> T await(CompletableFuture<T> work) {
    return work.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }
}
