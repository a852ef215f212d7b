package dev.midstream.gateway.live;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.demo.network.Namespace;
import dev.midstream.testkit.playbook.Dialogue;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Passes one connection on to a server of this host, and notes what both ends say: the lines of a
 * {@link Dialogue}, one for each piece that arrives. With {@code -Dmidstream.write-dialogues=true}
 * dialogues are kept, for the tests of the agents that replay them.
 */
final class DialogueRecorder implements AutoCloseable {
  /** Where clients find the recorder. */
  static final int PORT = 2_121;

  private static final boolean KEEPS = Boolean.getBoolean("midstream.write-dialogues");
  private static final int PIECE_BYTES = 65_536;
  private static final int TIMEOUT_SECONDS = 20;

  private final ServerSocket listening;
  private final int serverPort;
  private final List<String> lines = new ArrayList<>();
  private final CountDownLatch ends = new CountDownLatch(2);

  /** Listens on the loopback interface; must be called in the name space. */
  private DialogueRecorder(int serverPort) throws IOException {
    listening = new ServerSocket(PORT, 1, InetAddress.getLoopbackAddress());
    this.serverPort = serverPort;
  }

  /**
   * Records what {@code client} says to the server on {@code serverPort} in the name space.
   *
   * @param client connects once to {@link #PORT}
   */
  static List<String> record(Namespace namespace, int serverPort, Callable<?> client)
      throws IOException {
    try (DialogueRecorder recorder = namespace.call(() -> new DialogueRecorder(serverPort));
        ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Callable<List<String>> recording = () -> namespace.call(recorder::record);
      Future<List<String>> lines = executor.submit(recording);
      Object ignored = client.call();
      return lines.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException("the dialogue has failed: " + e, e);
    }
  }

  /**
   * Keeps a dialogue as a file of {@code folder}, if that was asked for.
   *
   * @param name its words become those of the file
   * @param origin versions of both ends, and what the client does
   */
  static void keep(Path folder, String name, String origin, List<String> lines) throws IOException {
    if (KEEPS) {
      List<String> text = new ArrayList<>(List.of("# " + origin));
      text.addAll(lines);
      String file = name.toLowerCase(Locale.ROOT).replace('_', '-') + ".txt";
      Files.write(Files.createDirectories(folder).resolve(file), text);
    }
  }

  /** Waits for the connection, and passes it on until both ends have closed. */
  private List<String> record() throws IOException {
    try (Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      Thread.ofPlatform().daemon().start(() -> pass(client, server, Direction.CLIENT_TO_SERVER));
      pass(server, client, Direction.SERVER_TO_CLIENT);
      if (!ends.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the client does not close");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return List.copyOf(lines);
  }

  private void pass(Socket from, Socket to, Direction direction) {
    byte[] piece = new byte[PIECE_BYTES];
    try {
      InputStream in = from.getInputStream();
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        note(Dialogue.line(direction, Octets.of(Arrays.copyOf(piece, length))));
        to.getOutputStream().write(piece, 0, length);
      }
      note(Dialogue.line(direction, Octets.empty()));
      to.shutdownOutput();
    } catch (IOException e) {
      note("# " + direction + " ended by " + e.getMessage());
    } finally {
      ends.countDown();
    }
  }

  private void note(String line) {
    synchronized (lines) {
      lines.add(line);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
