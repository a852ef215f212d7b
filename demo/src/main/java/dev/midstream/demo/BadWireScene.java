package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Received;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.demo.traffic.Transfer;
import java.io.IOException;

/** 20 MB from the server to the client, over a wire that loses and reorders. */
final class BadWireScene implements Scene {
  private static final int PORT = 7000;
  private static final int PAGES = 10_000;
  private static final int PAGE_BYTES = 2_000;
  private static final int TIMEOUT_SECONDS = 100;

  @Override
  public String name() {
    return "20 MB over a bad wire";
  }

  @Override
  public Verdict run(Network network, Screen screen) throws IOException {
    screen.print("");
    screen.print(
        "20 MB on port 7000, a greeting in every 2 KB; between box and server a wire that"
            + " loses 1 % and reorders 1 %");
    Document document = new Document(2, PAGES, PAGE_BYTES, DemoText.FIND);
    WebClient box = new WebClient(network.box());
    long startNanos = System.nanoTime();
    Received received;
    try (SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT);
        Connection connection = sockets.connect()) {
      Transfer transfer = Transfer.start(connection.server(), connection.client(), document);
      received =
          transfer.await(
              TIMEOUT_SECONDS,
              () -> screen.showProgress(() -> progress(transfer, document, network, box)));
    }
    screen.print("  on the way %,d frames were lost or late".formatted(network.faults()));
    return Verdict.ofDownload(name(), document, received, System.nanoTime() - startNanos, screen);
  }

  private static String progress(
      Transfer transfer, Document document, Network network, WebClient box) {
    return "received %,d of about %,d octets, %,d frames lost or late; %s"
        .formatted(
            transfer.receivedBytes(), document.length(), network.faults(), box.boxCounters());
  }
}
