package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A web page, requested with Java's HTTP client. */
final class WebScene implements Scene {
  @Override
  public String name() {
    return "a web page";
  }

  @Override
  public Verdict run(Network network, Screen screen) throws IOException {
    screen.print("");
    screen.print("a web page on port 8080, by Java's HTTP client");
    Document empty = new Document(0, 0, 64, DemoText.FIND);
    String received;
    try (WebServer server = WebServer.start(network.server(), Network.SERVER, empty)) {
      received =
          new WebClient(network.client())
              .get(
                  server.address("/"),
                  body -> new String(body.readAllBytes(), StandardCharsets.UTF_8));
      show(screen, "server sends", WebServer.PAGE);
      show(screen, "client sees ", received);
    }
    boolean passed = received.equals(DemoText.edited(WebServer.PAGE));
    return new Verdict(
        name(),
        passed,
        "%d octets became %d".formatted(WebServer.PAGE.length(), received.length()));
  }

  private static void show(Screen screen, String label, String page) {
    page.lines()
        .filter(line -> line.contains("<body>"))
        .forEach(line -> screen.print("  " + label + "  " + line));
  }
}
