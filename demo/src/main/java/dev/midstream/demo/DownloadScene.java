package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Received;
import java.io.IOException;

/** 200 MB over HTTP with a greeting in every 4 KB. */
final class DownloadScene implements Scene {
  private static final int PAGES = 50_000;
  private static final int PAGE_BYTES = 4_000;

  @Override
  public String name() {
    return "a download of 200 MB";
  }

  @Override
  public Verdict run(Network network, Screen screen) throws IOException {
    screen.print("");
    screen.print("a download of 200 MB on port 8080, a greeting in every 4 KB");
    Document document = new Document(1, PAGES, PAGE_BYTES, DemoText.FIND);
    WebClient box = new WebClient(network.box());
    long startNanos = System.nanoTime();
    Received received;
    try (WebServer server = WebServer.start(network.server(), Network.SERVER, document)) {
      received =
          new WebClient(network.client())
              .get(
                  server.address("/download"),
                  body ->
                      Received.of(
                          body,
                          bytes -> screen.showProgress(() -> progress(bytes, document, box))));
    }
    return Verdict.ofDownload(name(), document, received, System.nanoTime() - startNanos, screen);
  }

  private static String progress(long bytes, Document document, WebClient box) {
    return "received %,d of about %,d octets; %s"
        .formatted(bytes, document.length(), box.boxCounters());
  }
}
