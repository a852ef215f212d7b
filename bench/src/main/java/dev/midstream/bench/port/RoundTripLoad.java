package dev.midstream.bench.port;

import dev.midstream.bench.frame.SampleText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Repeatedly sends a message and waits for its echo, over one connection, which begins with a line
 * that has the mark.
 */
final class RoundTripLoad {
  private static final int MAX_TRIPS = 1_000_000;
  private static final long SEED = 7;

  /** If the first mark of each direction is replaced, the echo still has the second one. */
  private static final String BEGINNING = SampleText.MARK + ", " + SampleText.MARK + "\n";

  private final Target target;
  private final long nanos;
  private final byte[] message;

  RoundTripLoad(Target target, long nanos, int messageBytes) {
    this.target = target;
    this.nanos = nanos;
    message = SampleText.of(messageBytes, SEED);
  }

  /** The median and the 99th percentile of the round trip in microseconds. */
  String run() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(message.length);
    long[] trips = new long[MAX_TRIPS];
    int count = 0;
    try (SocketChannel channel = target.connect(Target.TALK, buffer)) {
      Target.write(channel, ByteBuffer.wrap(BEGINNING.getBytes(StandardCharsets.US_ASCII)));
      String ignored = Target.readTo("\n", channel);
      long startNanos = System.nanoTime();
      long beforeNanos = startNanos;
      while (beforeNanos - startNanos < nanos && count < trips.length) {
        Target.write(channel, buffer.clear().put(message).flip());
        Target.read(channel, buffer.clear());
        long afterNanos = System.nanoTime();
        if (afterNanos - startNanos > Load.WARM_UP_NANOS) {
          trips[count++] = afterNanos - beforeNanos;
        }
        beforeNanos = afterNanos;
      }
    }
    Arrays.sort(trips, 0, count);
    return Load.line(1, trips[count / 2] / 1e3, trips[count * 99 / 100] / 1e3);
  }
}
