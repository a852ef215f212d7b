package dev.midstream.bench.port;

import dev.midstream.bench.frame.SampleText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Sends text as fast as possible, over one connection or many. */
final class StreamLoad {
  private static final long SEED = 7;

  private final Target target;
  private final long nanos;
  private final byte[] text;
  private final LongAdder sentBytes = new LongAdder();
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

  /**
   * Writes {@code writeBytes} octets at a time, with {@link SampleText#MARK} in every {@code
   * markBytes}.
   */
  StreamLoad(Target target, long nanos, int writeBytes, int markBytes) {
    this.target = target;
    this.nanos = nanos;
    text = SampleText.of(writeBytes, SEED);
    byte[] mark = SampleText.MARK.getBytes(StandardCharsets.US_ASCII);
    for (int at = markBytes / 2; at + mark.length <= writeBytes; at += markBytes) {
      System.arraycopy(mark, 0, text, at, mark.length);
    }
  }

  /** Gbit/s over {@code connections} at a time, and the octets sent in all. */
  String run(int connections) throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      senders.add(Thread.ofPlatform().start(() -> send(startNanos)));
    }
    Thread.sleep(Duration.ofNanos(Load.WARM_UP_NANOS)); // the senders work meanwhile
    long firstBytes = sentBytes.sum();
    long firstNanos = System.nanoTime();
    Thread.sleep(Duration.ofNanos(startNanos + nanos - firstNanos)); // the measured time
    long bytes = sentBytes.sum() - firstBytes;
    double gigabits = bytes * 8.0 / (System.nanoTime() - firstNanos);
    for (Thread sender : senders) {
      sender.join();
    }
    IOException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return Load.line(2, gigabits) + " " + sentBytes.sum();
  }

  private void send(long startNanos) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(text.length);
    try (SocketChannel channel = target.connect(Target.STREAM, buffer)) {
      buffer.clear().put(text);
      while (System.nanoTime() - startNanos < nanos) {
        buffer.rewind();
        while (buffer.hasRemaining()) {
          sentBytes.add(channel.write(buffer));
        }
      }
    } catch (IOException e) {
      failure.set(e);
    }
  }
}
