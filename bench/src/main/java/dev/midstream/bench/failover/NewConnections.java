package dev.midstream.bench.failover;

import dev.midstream.bench.cluster.BenchCluster;
import dev.midstream.demo.traffic.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that are opened one after the other after a death, 20 ms apart and without waiting
 * for each other. The server answers each with what it has read.
 */
final class NewConnections implements AutoCloseable {
  static final int COUNT = 400;

  private static final Duration INTERVAL = Duration.ofMillis(20);

  /** Longer than a round trip, shorter than the time after which a SYN is sent again. */
  private static final double SLOW_MILLIS = 500;

  private final Ends ends;
  private final List<Attempt> attempts = new ArrayList<>();

  private NewConnections(Ends ends) {
    this.ends = ends;
  }

  /** One connection. */
  private static final class Attempt {
    private final SocketChannel socket;
    private volatile long beginNanos;
    private volatile long answerNanos;

    Attempt(SocketChannel socket) {
      this.socket = socket;
    }

    boolean isSlow() {
      return answerNanos == 0 || (answerNanos - beginNanos) / 1e6 > SLOW_MILLIS;
    }
  }

  /**
   * When connections were answered after a death.
   *
   * @param firstMillis from the death to the first answer, negative if there was none
   * @param allMillis from the death to the first connection from which on each was answered within
   *     half a second, negative if the last one was not
   * @param slow how many were not
   */
  record Result(double firstMillis, double allMillis, int slow) {}

  /** Opens the sockets, and lets the server answer. */
  static NewConnections prepare(Ends ends) throws IOException {
    NewConnections prepared = new NewConnections(ends);
    for (SocketChannel each : ends.unconnected(COUNT)) {
      prepared.attempts.add(new Attempt(each));
    }
    Thread ignored = Thread.ofVirtual().start(prepared::serve);
    return prepared;
  }

  private void serve() {
    try {
      while (true) {
        SocketChannel accepted = ends.accept();
        Thread ignored = Thread.ofVirtual().start(() -> answer(accepted));
      }
    } catch (IOException _) {
      // The measurement is over.
    }
  }

  private static void answer(SocketChannel socket) {
    try (socket) {
      ByteBuffer buffer = ByteBuffer.allocate(1_024);
      while (socket.read(buffer.clear()) >= 0) {
        int ignored = socket.write(buffer.flip());
      }
    } catch (IOException _) {
      // The client has its answer, or will not get one.
    }
  }

  /** Opens one after the other. Returns when each of them has had a second. */
  Result measure(long deathNanos) throws IOException {
    for (Attempt each : attempts) {
      each.beginNanos = System.nanoTime();
      Thread ignored = Thread.ofVirtual().start(() -> ask(each));
      Failover.pause(INTERVAL);
    }
    Failover.pause(Duration.ofSeconds(1));
    double first = -1;
    double all = -1;
    int slow = 0;
    for (Attempt each : attempts) {
      slow += each.isSlow() ? 1 : 0;
      if (each.isSlow()) {
        all = -1;
      } else if (all < 0) {
        all = (each.beginNanos - deathNanos) / 1e6;
      }
      double millis = (each.answerNanos - deathNanos) / 1e6;
      if (each.answerNanos != 0 && (first < 0 || millis < first)) {
        first = millis;
      }
    }
    return new Result(first, all, slow);
  }

  private void ask(Attempt attempt) {
    try {
      boolean ignored = attempt.socket.connect(ends.target());
      Connection.write(attempt.socket, BenchCluster.FIND + "\n");
      if (attempt.socket.read(ByteBuffer.allocate(1_024)) > 0) {
        attempt.answerNanos = System.nanoTime();
      }
      attempt.socket.close();
    } catch (IOException _) {
      // It was refused or reset, or the measurement is over.
    }
  }

  @Override
  public void close() throws IOException {
    for (Attempt each : attempts) {
      each.socket.close();
    }
  }
}
