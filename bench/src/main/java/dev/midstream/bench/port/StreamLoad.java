package dev.midstream.bench.port;

import dev.midstream.bench.frame.SampleText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sends text as fast as possible, over one connection or many. */
final class StreamLoad {
  private static final long SEED = 7;

  private final Opening opening;
  private final long nanos;
  private final byte[] text;
  private final Throughput sent = new Throughput();
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

  /** Opens a connection on which the text may follow; uses a buffer of the size of a write. */
  interface Opening {
    SocketChannel open(ByteBuffer buffer) throws IOException;
  }

  StreamLoad(Opening opening, long nanos, byte[] text) {
    this.opening = opening;
    this.nanos = nanos;
    this.text = text;
  }

  /**
   * Writes {@code writeBytes} octets at a time, with {@link SampleText#MARK} in every {@code
   * markBytes}.
   */
  static StreamLoad marked(Target target, long nanos, int writeBytes, int markBytes) {
    byte[] text = SampleText.of(writeBytes, SEED);
    byte[] mark = SampleText.MARK.getBytes(StandardCharsets.US_ASCII);
    for (int at = markBytes / 2; at + mark.length <= writeBytes; at += markBytes) {
      System.arraycopy(mark, 0, text, at, mark.length);
    }
    return new StreamLoad(buffer -> target.connect(Target.STREAM, buffer), nanos, text);
  }

  /** Gbit/s over {@code connections} at a time, and the octets sent in all. */
  String run(int connections) throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      senders.add(Thread.ofPlatform().start(() -> send(startNanos)));
    }
    double gigabits = sent.gigabitsUntil(startNanos + nanos);
    for (Thread sender : senders) {
      sender.join();
    }
    IOException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return sent.line(gigabits);
  }

  private void send(long startNanos) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(text.length);
    try (SocketChannel channel = opening.open(buffer)) {
      buffer.clear().put(text);
      while (System.nanoTime() - startNanos < nanos) {
        buffer.rewind();
        while (buffer.hasRemaining()) {
          sent.add(channel.write(buffer));
        }
      }
    } catch (IOException e) {
      failure.set(e);
    }
  }
}
