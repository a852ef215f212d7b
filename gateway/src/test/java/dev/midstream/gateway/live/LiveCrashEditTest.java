package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program is killed or stopped in the middle of edits. */
@Tag("live")
@Tag("alone")
final class LiveCrashEditTest {
  private static final int CONNECTIONS = 20;
  private static final int PAGE_BYTES = 3_000;
  private static final long EDITING_NANOS = 500_000_000;
  private static final long SILENT_NANOS = 3_000_000_000L;
  private static final long PAUSE_NANOS = 1_000_000;
  private static final long RESET_NANOS = 8_000_000_000L;
  private static final int SHOWN = 60;
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final String OPEN = CrashNetwork.OPEN.replace(", limit: 1", "");

  @TempDir private Path directory = Path.of("");
  private final List<Connection> connections = new ArrayList<>();
  private final List<Received> all = new ArrayList<>();

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "STOP"})
  @DisplayName(
      "a connection in the middle of edits is reset or goes on unedited, and no octet is wrong")
  void corruptsNothing(String signal) throws Exception {
    try (Network network = CrashNetwork.make();
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        BoxProcess first = CrashNetwork.start(network, directory, OPEN)) {
      for (int i = 0; i < CONNECTIONS; i++) {
        start(edited.connect());
      }
      LockSupport.parkNanos(EDITING_NANOS); // somewhere in the middle
      awaitOctetsOfEach();
      first.signal(signal);
      LockSupport.parkNanos(SILENT_NANOS); // the kernel forwards for two seconds
      if (signal.equals("STOP")) {
        first.signal("CONT");
        assertAllAreInOrder();
        assertThat(first.stop()).isZero();
      } else {
        int ignored = first.awaitEnd();
        try (BoxProcess second = CrashNetwork.start(network, directory, OPEN)) {
          assertAllAreInOrder();
          assertThat(second.stop()).isZero();
        }
      }
    } finally {
      for (Connection each : connections) {
        each.close();
      }
    }
  }

  private void awaitOctetsOfEach() {
    long endNanos = System.nanoTime() + RESET_NANOS;
    while (!all.stream().allMatch(Received::hasBegun)) {
      assertThat(System.nanoTime() - endNanos).isNegative();
      LockSupport.parkNanos(PAUSE_NANOS); // they come over the network
    }
  }

  /**
   * One in the middle of an edit has ended, or does so when its sender repeats a segment. Others go
   * on, and are closed here.
   */
  private void assertAllAreInOrder() throws Exception {
    long endNanos = System.nanoTime() + RESET_NANOS;
    for (Received each : all) {
      each.thread.join(Duration.ofNanos(Math.max(1, endNanos - System.nanoTime())));
    }
    for (Connection each : connections) {
      each.close();
    }
    for (Received each : all) {
      each.thread.join(TIMEOUT_MILLIS);
      assertThat(each.thread.isAlive()).isFalse();
      each.assertIsInOrder();
    }
  }

  private void start(Connection connection) {
    connections.add(connection);
    Thread ignored = run(() -> send(connection.client()));
    Received received = new Received(connection.server());
    received.thread = run(received::receive);
    all.add(received);
  }

  private interface Work {
    void run() throws IOException;
  }

  private static Thread run(Work work) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            work.run();
          } catch (IOException _) {
            // it is reset
          }
        });
  }

  private static void send(SocketChannel socket) throws IOException {
    for (int number = 0; ; number++) {
      ByteBuffer page = StandardCharsets.US_ASCII.encode(text(number, Live.MARK));
      while (page.hasRemaining()) {
        int ignored = socket.write(page);
      }
      LockSupport.parkNanos(PAUSE_NANOS); // many of them share two processors
    }
  }

  private static String text(int number, String mark) {
    return "%08d".formatted(number) + "x".repeat(PAGE_BYTES) + mark;
  }

  /** What the server receives until the end, or a reset. */
  private static final class Received {
    private final SocketChannel socket;
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private Thread thread = Thread.currentThread();
    private volatile boolean begun;

    private Received(SocketChannel socket) {
      this.socket = socket;
    }

    private boolean hasBegun() {
      return begun;
    }

    private void receive() throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      while (socket.read(buffer) >= 0) {
        begun = true;
        octets.write(buffer.array(), 0, buffer.flip().remaining());
        buffer.clear();
      }
    }

    /** Pages are edited up to one, and none after it: the kernel let the rest pass. */
    private void assertIsInOrder() {
      String actual = octets.toString(StandardCharsets.US_ASCII);
      assertThat(actual).isNotEmpty();
      boolean isEdited = true;
      int at = 0;
      for (int number = 0; at < actual.length(); number++) {
        String edited = text(number, CrashNetwork.REPLACEMENT);
        isEdited &= isPartAt(at, edited, actual);
        String page = isEdited ? edited : text(number, Live.MARK);
        if (!isPartAt(at, page, actual)) {
          fail("page %d at %d: %s", number, at, difference(actual.substring(at), page));
        }
        at += page.length();
      }
    }

    private static boolean isPartAt(int at, String page, String actual) {
      return actual.startsWith(
          page.substring(0, Math.min(page.length(), actual.length() - at)), at);
    }

    private static String difference(String rest, String page) {
      int at = 0;
      while (at < Math.min(rest.length(), page.length()) && rest.charAt(at) == page.charAt(at)) {
        at++;
      }
      String actual = rest.substring(at, Math.min(rest.length(), at + SHOWN));
      String expected = page.substring(at, Math.min(page.length(), at + SHOWN));
      return "after %d: %s instead of %s".formatted(at, actual, expected);
    }
  }
}
