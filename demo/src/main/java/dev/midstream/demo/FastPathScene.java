package dev.midstream.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Received;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.demo.traffic.Transfer;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * 200 MB over a connection that was edited once in each direction: the kernel forwards them, and
 * shifts their numbers, once the commands are folded. The box must not record: what is recorded
 * stays with the program.
 */
final class FastPathScene implements Scene {
  private static final String NAME = "200 MB by the kernel";
  private static final int PORT = 7001;
  private static final int PAGES = 50_000;
  private static final int PAGE_BYTES = 4_000;
  private static final int TIMEOUT_SECONDS = 100;
  private static final double MEGABYTE = 1e6;

  /** Commands are folded at most four retransmission timeouts after their acknowledgement. */
  private static final long FOLDED_NANOS = 1_000_000_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Verdict run(Network network, Screen screen) throws IOException {
    screen.print("");
    screen.print("200 MB on port 7001, where the first greeting of each direction is edited");
    JsonNode before = fastPath(network);
    if (!before.path("state").asText().equals("on")) {
      String why = before.path("why").asText("the box does not say why");
      screen.print("  the kernel may not forward: " + why);
      return Verdict.leftOut(NAME, why);
    }
    Document document = new Document(3, PAGES, PAGE_BYTES, DemoText.FIND);
    try (SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT);
        Connection connection = sockets.connect()) {
      if (!isEdited(connection, screen)) {
        return new Verdict(NAME, false, "a greeting was not edited");
      }
      screen.print("  a second later the numbers of both edits are settled, and 200 MB follow");
      LockSupport.parkNanos(FOLDED_NANOS); // until acknowledged commands are folded
      long startNanos = System.nanoTime();
      Received received = send(connection, document, screen);
      long nanos = System.nanoTime() - startNanos;
      long octets = fastPath(network).path("octets").asLong();
      screen.print("  the kernel forwarded %,d octets, by the box's own status".formatted(octets));
      return verdict(document, received, octets, nanos);
    }
  }

  private static JsonNode fastPath(Network network) throws IOException {
    return BoxStatus.of(network.box()).path("fast-path");
  }

  /** Each direction has its only edit, and its numbers are shifted from then on. */
  private static boolean isEdited(Connection connection, Screen screen) throws IOException {
    return GreetingScene.sendsEdited(
            screen, "client", connection.client(), "server", connection.server(), DemoText.FIND)
        && GreetingScene.sendsEdited(
            screen, "server", connection.server(), "client", connection.client(), DemoText.FIND);
  }

  private static Received send(Connection connection, Document document, Screen screen)
      throws IOException {
    Transfer transfer = Transfer.start(connection.server(), connection.client(), document);
    return transfer.await(
        TIMEOUT_SECONDS,
        () ->
            screen.showProgress(() ->
                "received %,d of %,d octets"
                    .formatted(transfer.receivedBytes(), document.length())));
  }

  /**
   * Passes if the document arrived as it was sent, most of it by the kernel.
   *
   * @param octets payload that the kernel forwarded
   */
  static Verdict verdict(Document document, Received received, long octets, long nanos) {
    boolean isSame = received.digest().equals(document.digest());
    double seconds = nanos / 1e9;
    return new Verdict(
        NAME,
        isSame && octets > document.length() / 2,
        String.format(
            Locale.ROOT,
            "2 greetings, %.1f MB past the program, %.1f s, %.0f MB/s, SHA-256 %s",
            octets / MEGABYTE,
            seconds,
            received.length() / MEGABYTE / seconds,
            isSame ? "as expected" : "differs"));
  }
}
