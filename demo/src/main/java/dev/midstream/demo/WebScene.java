package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A web page, fetched by a real HTTP client. */
final class WebScene implements Scene {
  @Override
  public String name() {
    return "a web page";
  }

  @Override
  public Verdict play(Network network, Screen screen) throws IOException {
    screen.line("");
    screen.line("a web page on port 8080, by Java's HTTP client");
    Document none = new Document(0, 0, 64, DemoText.FIND);
    String seen;
    try (WebServer server = WebServer.start(network.server(), Network.SERVER, none)) {
      seen =
          new WebClient(network.client())
              .get(
                  server.address("/"),
                  body -> new String(body.readAllBytes(), StandardCharsets.UTF_8));
      show(screen, "server sends", WebServer.PAGE);
      show(screen, "client sees ", seen);
    }
    boolean passed = seen.equals(DemoText.edited(WebServer.PAGE));
    return new Verdict(
        name(), passed, "%d octets became %d".formatted(WebServer.PAGE.length(), seen.length()));
  }

  private static void show(Screen screen, String who, String page) {
    page.lines()
        .filter(line -> line.contains("<body>"))
        .forEach(line -> screen.line("  " + who + "  " + line));
  }
}
