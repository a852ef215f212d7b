package dev.midstream.gateway.admin;

import dev.midstream.gateway.config.ListenAddress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * The HTTP server of a node (RFC 9112). It answers one request on each connection, and keeps no
 * state. Each client has its own thread, and {@link Clients} limits them, so that no client delays
 * another.
 */
public final class AdminServer implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final int MAX_CLIENTS = 64;
  private static final int CHECK_MILLIS = 1_000;
  private static final long RETRY_NANOS = 10_000_000;

  /** How much of a body is ignored. The answer would be lost if its octets were still unread. */
  private static final int MAX_IGNORED_BYTES = 1 << 16;

  private final ServerSocket server;
  private final Answers answers;
  private final Clients clients = new Clients(MAX_CLIENTS);

  private AdminServer(ServerSocket server, Node node) {
    this.server = server;
    answers = new Answers(node);
  }

  /**
   * Opens the server.
   *
   * @param address a loopback address
   * @throws IOException if it cannot listen there
   */
  public static AdminServer open(ListenAddress address, Node node) throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      InetAddress host = InetAddress.getByName(address.host());
      server.bind(new InetSocketAddress(host, address.port()), BACKLOG);
      server.setSoTimeout(CHECK_MILLIS);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    AdminServer admin = new AdminServer(server, node);
    Thread.ofPlatform().daemon().name("admin").start(admin::serve);
    return admin;
  }

  /** The port on which it listens. */
  public int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException _) {
      // It accepts no more clients either way.
    }
    clients.closeAll();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        accept(server.accept());
      } catch (SocketTimeoutException _) {
        // No client came; others may be overdue.
      } catch (IOException _) {
        // Closed, or too many files are open: then it goes on when some are closed.
        LockSupport.parkNanos(RETRY_NANOS);
      }
      clients.closeOverdue(System.nanoTime());
    }
  }

  private void accept(Socket client) {
    clients.asks(client, System.nanoTime());
    Thread ignored = Thread.ofVirtual().name("admin").start(() -> serve(client));
  }

  private void serve(Socket client) {
    try (client) {
      InputStream input = new BufferedInputStream(client.getInputStream());
      client.getOutputStream().write(answer(client, input));
      client.shutdownOutput();
      byte[] ignored = input.readNBytes(MAX_IGNORED_BYTES);
    } catch (IOException _) {
      // The client is gone, or was disconnected for others.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      clients.leave(client);
    }
  }

  private byte[] answer(Socket client, InputStream input) throws IOException, InterruptedException {
    try {
      Request request = Request.read(input);
      clients.reads(client, System.nanoTime());
      return answers.to(request).octets(request.method().equals("HEAD"));
    } catch (MalformedRequestException e) {
      clients.reads(client, System.nanoTime());
      return Response.error(Response.BAD_REQUEST, String.valueOf(e.getMessage())).octets(false);
    }
  }
}
