package dev.midstream.demo;

import dev.midstream.demo.network.NameSpace;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A small HTTP server: one page, and one download. What it sends ends with the connection and has
 * no length in its header, so that an editor of plain octets may change the length.
 */
final class WebServer implements AutoCloseable {
  private static final int PORT = 8080;
  static final String PAGE =
      """
      <!doctype html>
      <html><head><title>Hello world</title></head>
      <body><h1>Hello world</h1><p>This page says Hello world to everybody.</p></body></html>
      """;

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final InetSocketAddress address;
  private final ServerSocketChannel listening;
  private final Document download;
  private final Thread serving =
      Thread.ofPlatform().daemon().name("web server").unstarted(this::serve);

  private WebServer(InetSocketAddress address, ServerSocketChannel listening, Document download) {
    this.address = address;
    this.listening = listening;
    this.download = download;
  }

  /** Serves {@link #PAGE} as {@code /} and {@code download} as {@code /download}. */
  static WebServer start(NameSpace nameSpace, String host, Document download) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, PORT);
    ServerSocketChannel listening = nameSpace.in(() -> ServerSocketChannel.open().bind(address));
    WebServer server = new WebServer(address, listening, download);
    server.serving.start();
    return server;
  }

  /** The address that a browser would be given for {@code path}. */
  URI address(String path) {
    return URI.create("http://" + address.getHostString() + ":" + PORT + path);
  }

  /** The port is free afterwards: the kernel keeps it while a thread waits for clients. */
  @Override
  public void close() throws IOException {
    listening.close();
    try {
      boolean ignored = serving.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    while (listening.isOpen()) {
      try (SocketChannel client = listening.accept()) {
        answer(client);
      } catch (IOException e) {
        // The client went away or the demonstration is over; who waits for octets finds out.
      }
    }
  }

  private void answer(SocketChannel client) throws IOException {
    String request = Connection.hear(client);
    while (!Connection.hear(client).isBlank()) {
      // The header's other lines do not matter here.
    }
    boolean isPage = request.startsWith("GET / ");
    Connection.say(
        client,
        "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"
            .formatted(isPage ? "text/html" : "application/octet-stream"));
    if (isPage) {
      Connection.say(client, PAGE);
    } else {
      download.writeTo(client);
    }
  }
}
