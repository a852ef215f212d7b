package dev.midstream.bench.port;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Downloads over one connection of HTTP as fast as possible. */
final class DownloadLoad {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Target target;
  private final long nanos;
  private final Throughput received = new Throughput();

  DownloadLoad(Target target, long nanos) {
    this.target = target;
    this.nanos = nanos;
  }

  /** Gbit/s and the octets received in all, of a body with {@code framing}. */
  String run(HttpAnswer.Framing framing) throws IOException, InterruptedException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    String request = "GET " + framing.path() + " HTTP/1.1\r\nHost: " + target.host() + "\r\n\r\n";
    try (SocketChannel channel = target.connect()) {
      Target.write(channel, ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      Thread receiver = Thread.ofPlatform().start(() -> receive(channel, buffer));
      double gigabits = received.gigabitsUntil(System.nanoTime() + nanos);
      channel.shutdownInput();
      receiver.join();
      return received.line(gigabits);
    }
  }

  private void receive(SocketChannel channel, ByteBuffer buffer) {
    try {
      for (int count = 0; count >= 0; count = channel.read(buffer.clear())) {
        received.add(count);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the download ended", e);
    }
  }
}
