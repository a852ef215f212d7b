package dev.midstream.bench.port;

import dev.midstream.bench.frame.SampleText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Repeatedly opens a connection, sends a message, and waits for its echo and the server's FIN. */
final class ConnectLoad {
  private static final long SEED = 7;

  private final Target target;
  private final long nanos;
  private final byte[] message;
  private final LongAdder connections = new LongAdder();
  private final LongAdder failures = new LongAdder();

  ConnectLoad(Target target, long nanos, int messageBytes) {
    this.target = target;
    this.nanos = nanos;
    message = SampleText.of(messageBytes, SEED);
  }

  /** Connections per second, {@code atOnce} at a time, and how many failed. */
  String run(int atOnce) throws InterruptedException {
    long startNanos = System.nanoTime();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < atOnce; i++) {
      clients.add(Thread.ofPlatform().start(() -> connect(startNanos)));
    }
    for (Thread client : clients) {
      client.join();
    }
    double seconds = (nanos - Load.WARM_UP_NANOS) / 1e9;
    return Load.line(0, connections.sum() / seconds) + " " + failures.sum();
  }

  private void connect(long startNanos) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(message.length);
    long elapsedNanos = 0;
    while (elapsedNanos < nanos) {
      boolean done = connectOnce(buffer);
      elapsedNanos = System.nanoTime() - startNanos;
      if (done && elapsedNanos > Load.WARM_UP_NANOS && elapsedNanos < nanos) {
        connections.increment();
      }
    }
  }

  private boolean connectOnce(ByteBuffer buffer) {
    try (SocketChannel channel = target.connect(Target.ONCE, buffer)) {
      Target.write(channel, buffer.clear().put(message).flip());
      Target.read(channel, buffer.clear());
      return channel.read(buffer.clear()) < 0;
    } catch (IOException e) {
      failures.increment();
      return false;
    }
  }
}
