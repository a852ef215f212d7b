package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.program.Curl;
import dev.midstream.demo.program.Nginx;
import dev.midstream.demo.program.ScratchDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** A web site whose server knows another name of itself: a denied page, a redirection, a page. */
final class SiteScene implements Scene {
  private static final String URL = "http://" + Network.SERVER;
  private static final int PARAGRAPHS = 200;
  private static final String PAGE =
      "<h1>" + DemoText.FIND + "</h1>\n" + "<p>Some text.</p>\n".repeat(PARAGRAPHS);

  @Override
  public String name() {
    return "a site by HTTP";
  }

  @Override
  public List<String> missing() {
    List<String> missing = new ArrayList<>(Nginx.missing());
    missing.addAll(Curl.missing("http"));
    return missing;
  }

  @Override
  public Verdict run(Network network, Screen screen) throws IOException {
    screen.print("");
    screen.print("a site by HTTP, by curl from nginx, which calls itself " + DemoText.INSIDE);
    try (ScratchDirectory scratch = new ScratchDirectory("midstream-site-")) {
      Path root = Files.createDirectory(scratch.path().resolve("pages"));
      Files.writeString(root.resolve("admin"), "secret\n");
      Files.writeString(root.resolve("index.html"), PAGE);
      try (Nginx server = Nginx.start(network.server(), scratch.path(), "pages", DemoText.INSIDE)) {
        Curl curl = new Curl(network.client());
        Path body = scratch.path().resolve("body");
        boolean isDenied = isDenied(curl, body, screen) && !server.requests().contains("admin");
        boolean isLed = isLed(curl, body, screen);
        boolean isEdited = isEdited(curl, body, screen);
        return new Verdict(
            name(),
            isDenied && isLed && isEdited,
            "a page denied, a URL rewritten, a compressed page edited");
      }
    }
  }

  private static boolean isDenied(Curl curl, Path body, Screen screen) throws IOException {
    String status = curl.run(body, URL + "/admin").heard("HTTP/");
    String page = Files.readString(body).strip();
    screen.print("  client asks   /admin");
    screen.print("  client hears  %s: %s".formatted(status, page));
    return status.contains(" 403 ") && page.equals(DemoText.DENIED);
  }

  private static boolean isLed(Curl curl, Path body, Screen screen) throws IOException {
    String location = curl.run(body, URL + "/start").heard("Location:");
    screen.print("  client asks   /start");
    screen.print("  server says   Location: http://%s/index.html".formatted(DemoText.INSIDE));
    screen.print("  client hears  " + location);
    return location.equals("Location: " + URL + "/index.html");
  }

  private static boolean isEdited(Curl curl, Path body, Screen screen) throws IOException {
    Curl.Dialogue said = curl.run(body, "-H", "Accept-Encoding: gzip", URL + "/index.html");
    String coding = said.heard("Content-Encoding:");
    String page;
    try (InputStream decoded = new GZIPInputStream(Files.newInputStream(body))) {
      page = new String(decoded.readAllBytes(), StandardCharsets.UTF_8);
    }
    screen.print("  client asks   /index.html");
    screen.print("  server says   %s, in gzip".formatted(PAGE.lines().findFirst().orElse("")));
    screen.print(
        "  client hears  %s, in %s"
            .formatted(page.lines().findFirst().orElse(""), coding.replaceAll(".* ", "")));
    return page.equals(DemoText.edited(PAGE));
  }
}
