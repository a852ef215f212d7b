package dev.midstream.gateway.live;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Passes one connection on to a server of this host, and notes what both ends say: lines that begin
 * with {@code C} or {@code S}, one for each piece that arrives.
 */
final class DialogueRecorder implements AutoCloseable {
  private static final int PIECE_BYTES = 65_536;

  private final ServerSocket listening;
  private final int serverPort;
  private final List<String> lines = new ArrayList<>();
  private final CountDownLatch ends = new CountDownLatch(2);

  /** Listens on {@code port} of the loopback interface; must be called in the name space. */
  DialogueRecorder(int port, int serverPort) throws IOException {
    listening = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    this.serverPort = serverPort;
  }

  /** Waits for the connection, and passes it on until both ends have closed. */
  List<String> record() throws IOException {
    try (Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      Thread.ofPlatform().daemon().start(() -> pass(client, server, "C "));
      pass(server, client, "S ");
      if (!ends.await(10, TimeUnit.SECONDS)) {
        throw new IOException("the client does not close");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return List.copyOf(lines);
  }

  private void pass(Socket from, Socket to, String sender) {
    byte[] piece = new byte[PIECE_BYTES];
    try {
      InputStream in = from.getInputStream();
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        note(sender + escaped(new String(piece, 0, length, StandardCharsets.ISO_8859_1)));
        to.getOutputStream().write(piece, 0, length);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      note("# " + sender + "ended by " + e.getMessage());
    } finally {
      ends.countDown();
    }
  }

  private void note(String line) {
    synchronized (lines) {
      lines.add(line);
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n");
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
