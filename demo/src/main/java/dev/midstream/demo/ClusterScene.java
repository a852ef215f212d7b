package dev.midstream.demo;

import dev.midstream.demo.cluster.ClusterNetwork;
import dev.midstream.demo.cluster.ClusterNodes;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Received;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** A download through a cluster: the node that edits it is killed, and another one goes on. */
final class ClusterScene {
  private static final String NAME = "a download, and a node dies";
  private static final int PAGES = 25_000;
  private static final int PAGE_BYTES = 4_000;
  private static final long POLL_MILLIS = 20;

  private final ClusterNetwork network;
  private final ClusterNodes nodes;
  private final Screen screen;

  ClusterScene(ClusterNetwork network, ClusterNodes nodes, Screen screen) {
    this.network = network;
    this.nodes = nodes;
    this.screen = screen;
  }

  /** Runs the download and checks what arrived. */
  Verdict run() throws IOException {
    screen.print("");
    screen.print("a download of 100 MB on port 8080, a greeting in every 4 KB");
    Document document = new Document(1, PAGES, PAGE_BYTES, DemoText.FIND);
    Pace pace = new Pace();
    try (WebServer server = WebServer.start(network.server(), ClusterNetwork.SERVER, document);
        var runner = Executors.newSingleThreadExecutor()) {
      long startNanos = System.nanoTime();
      CompletableFuture<Received> download =
          CompletableFuture.supplyAsync(() -> download(server, pace), runner);
      String killed = killOwner(document, pace, download);
      Received received = await(document, pace, download);
      Verdict verdict =
          Verdict.ofDownload(NAME, document, received, System.nanoTime() - startNanos, screen);
      return new Verdict(
          verdict.scene(),
          verdict.outcome(),
          "%s, longest pause %.2f s, %s"
              .formatted(killed, pace.longestSeconds(), verdict.figures()));
    }
  }

  private Received download(WebServer server, Pace pace) {
    try {
      return new WebClient(network.client())
          .get(server.address("/download"), body -> Received.of(body, pace::onReceived));
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** Kills the node that has the connection when a quarter of the document has arrived. */
  private String killOwner(Document document, Pace pace, CompletableFuture<Received> download)
      throws IOException {
    while (pace.bytes() < document.length() / 4 && !download.isDone()) {
      progress(document, pace);
      pause();
    }
    nodes.awaitProtection();
    int owner = owner();
    long bytes = pace.bytes();
    nodes.kill(owner);
    screen.print(
        String.format(
            Locale.ROOT, "  kill -9 of n%d, which edits it, after %,d octets", owner, bytes));
    if (download.isDone() && bytes >= document.length()) {
      throw new IOException("the download was over before a node could be killed");
    }
    return "n" + owner + " killed";
  }

  private Received await(Document document, Pace pace, CompletableFuture<Received> download)
      throws IOException {
    int heir = 0;
    while (!download.isDone()) {
      progress(document, pace);
      pause();
      if (heir == 0) {
        heir = owner();
        tellOf(heir);
      }
    }
    try {
      return download.join();
    } catch (CompletionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    }
  }

  private void tellOf(int heir) {
    if (heir > 0) {
      screen.print("  n" + heir + " goes on with it");
    }
  }

  private void progress(Document document, Pace pace) {
    screen.showProgress(() ->
        "received %,d of about %,d octets; %s"
            .formatted(pace.bytes(), document.length(), counters()));
  }

  /** The node that has a connection now; 0 if none has. */
  private int owner() throws IOException {
    for (int number : nodes.running()) {
      if (nodes.connections(number) > 0) {
        return number;
      }
    }
    return 0;
  }

  /** How many edits the nodes that run have made, in one clause. */
  private String counters() {
    return nodes.running().stream()
        .map(number -> "n" + number + ": " + edits(number))
        .collect(Collectors.joining(", "));
  }

  private String edits(int number) {
    try {
      return "%,d edits".formatted(nodes.status(number).path("edits").asLong());
    } catch (IOException e) {
      return "busy";
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(POLL_MILLIS); // the download goes on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** How far a download is, and the longest time in which nothing arrived. */
  private static final class Pace {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private long lastNanos = System.nanoTime();

    /** For the thread that receives. */
    void onReceived(long total) {
      long nowNanos = System.nanoTime();
      longestNanos.set(Math.max(longestNanos.get(), nowNanos - lastNanos));
      lastNanos = nowNanos;
      bytes.set(total);
    }

    long bytes() {
      return bytes.get();
    }

    double longestSeconds() {
      return longestNanos.get() / 1e9;
    }
  }
}
