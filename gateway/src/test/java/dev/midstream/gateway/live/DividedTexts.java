package dev.midstream.gateway.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Texts with the mark, of which each is written in two halves on a connection of its own. Between
 * the halves an agent holds the first one.
 */
final class DividedTexts implements AutoCloseable {
  private static final int HALF = Live.MARK.length() / 2;
  private static final String BEFORE = "text ";
  private static final String EDITED = BEFORE + Live.REPLACEMENT;

  /** The first halves have arrived by then, and are in custody. */
  private static final int LEAST_MILLIS = 150;

  /** How much later than the one before each second half comes. */
  private static final int STEP_MILLIS = 8;

  /** Halves that lie farther apart may count as two texts: the default hold time is 1 s. */
  private static final long MOST_MILLIS = 600;

  private static final long TIMEOUT_SECONDS = 60;

  private final List<Connection> connections = new ArrayList<>();
  private final List<Text> texts = new ArrayList<>();

  /** Opens {@code count} connections. */
  static DividedTexts open(SocketPair sockets, int count) throws IOException {
    DividedTexts opened = new DividedTexts();
    for (int i = 0; i < count; i++) {
      opened.connections.add(sockets.connect());
    }
    return opened;
  }

  /**
   * Each end of each connection sends a text. Returns after the first halves: the second ones
   * follow one after the other.
   */
  void begin() throws IOException {
    for (Connection each : connections) {
      texts.add(new Text(each.client(), each.server(), texts.size()));
      texts.add(new Text(each.server(), each.client(), texts.size()));
    }
  }

  /** Waits until each text has arrived, edited or not, or its connection has broken. */
  void awaitEnd() throws IOException {
    for (Text each : texts) {
      each.line = await(each.receiving, "it broke");
      each.isOne = await(each.sending, 0L) <= MOST_MILLIS;
    }
  }

  /**
   * All texts must have arrived edited, but for those whose halves this process has sent too far
   * apart.
   *
   * @return how many there are without these
   */
  long assertEdited() {
    List<String> whole = texts.stream().filter(each -> each.isOne).map(each -> each.line).toList();
    assertThat(whole).isSubsetOf(EDITED);
    return whole.size();
  }

  private static <T> T await(FutureTask<T> what, T ifBroken) throws IOException {
    try {
      return what.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return ifBroken;
    } catch (TimeoutException e) {
      throw new AssertionError("a text did not arrive", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection each : connections) {
      each.close();
    }
  }

  /** A text on its way. */
  private static final class Text {
    private final FutureTask<Long> sending;
    private final FutureTask<String> receiving;
    private String line = "";
    private boolean isOne;

    Text(SocketChannel from, SocketChannel to, int number) throws IOException {
      long beginNanos = System.nanoTime();
      write(from, BEFORE + Live.MARK.substring(0, HALF));
      sending = new FutureTask<>(() -> finish(from, number, beginNanos));
      receiving = new FutureTask<>(() -> readLine(to));
      Thread.ofVirtual().name("sender " + number).start(sending);
      Thread.ofVirtual().name("receiver " + number).start(receiving);
    }

    /** Returns how long the halves lie apart, in milliseconds. */
    private static long finish(SocketChannel from, int number, long beginNanos)
        throws IOException, InterruptedException {
      Thread.sleep(LEAST_MILLIS + (long) STEP_MILLIS * number); // the distance of the halves
      write(from, Live.MARK.substring(HALF) + "\n");
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos);
    }

    private static void write(SocketChannel to, String text) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(UTF_8));
      while (buffer.hasRemaining()) {
        int ignored = to.write(buffer);
      }
    }

    private static String readLine(SocketChannel from) throws IOException {
      StringBuilder line = new StringBuilder();
      ByteBuffer one = ByteBuffer.allocate(1);
      while (from.read(one.clear()) > 0 && one.get(0) != '\n') {
        line.append((char) one.get(0));
      }
      return line.toString();
    }
  }
}
