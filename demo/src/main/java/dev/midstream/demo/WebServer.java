package dev.midstream.demo;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A small HTTP server with one page and one download. A response has no Content-Length and ends
 * with the connection, so that an editor of plain octets may change its length.
 */
final class WebServer implements AutoCloseable {
  private static final int PORT = 8080;
  static final String PAGE =
      """
      <!doctype html>
      <html><head><title>Hello world</title></head>
      <body><h1>Hello world</h1><p>This page says Hello world to everybody.</p></body></html>
      """;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

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
  static WebServer start(Namespace namespace, String host, Document download) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, PORT);
    ServerSocketChannel listening = namespace.call(() -> ServerSocketChannel.open().bind(address));
    WebServer server = new WebServer(address, listening, download);
    server.serving.start();
    return server;
  }

  /** The URL of {@code path}. */
  URI address(String path) {
    return URI.create("http://" + address.getHostString() + ":" + PORT + path);
  }

  /** Also waits for the thread: the kernel keeps the port while a thread is in accept(2). */
  @Override
  public void close() throws IOException {
    listening.close();
    try {
      boolean ignored = serving.join(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    while (listening.isOpen()) {
      try (SocketChannel client = listening.accept()) {
        answer(client);
      } catch (IOException e) {
        // The client closed its connection, or this server is closed.
      }
    }
  }

  private void answer(SocketChannel client) throws IOException {
    String request = Connection.readLine(client);
    while (!Connection.readLine(client).isBlank()) {
      // The other header lines are ignored.
    }
    boolean isPage = request.startsWith("GET / ");
    Connection.write(
        client,
        "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"
            .formatted(isPage ? "text/html" : "application/octet-stream"));
    if (isPage) {
      Connection.write(client, PAGE);
    } else {
      download.writeTo(client);
    }
  }
}
