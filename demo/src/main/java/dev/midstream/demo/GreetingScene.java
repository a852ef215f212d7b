package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;

/** A short conversation: client and server greet each other by turns. */
final class GreetingScene implements Scene {
  private static final int PORT = 7000;
  private static final List<String> CLIENT_LINES =
      List.of("Hello world", "Is this the place where one says Hello world, or Hello world twice?");
  private static final List<String> SERVER_LINES =
      List.of("Hello world, client", "It is. Nobody says Hello worl or ello world here.");

  @Override
  public String name() {
    return "a conversation";
  }

  @Override
  public Verdict run(Network network, Screen screen) throws IOException {
    screen.print("");
    screen.print(
        "a conversation on port 7000, client %s, server %s"
            .formatted(Network.CLIENT, Network.SERVER));
    boolean passed = true;
    try (SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT);
        Connection connection = sockets.connect()) {
      for (int turn = 0; turn < CLIENT_LINES.size(); turn++) {
        SocketChannel client = connection.client();
        SocketChannel server = connection.server();
        passed &= sendsEdited(screen, "client", client, "server", server, CLIENT_LINES.get(turn));
        passed &= sendsEdited(screen, "server", server, "client", client, SERVER_LINES.get(turn));
      }
    }
    return new Verdict(name(), passed, "4 lines, 4 greetings, both directions");
  }

  /** Sends a line and checks that it arrives edited. */
  static boolean sendsEdited(
      Screen screen,
      String sender,
      SocketChannel from,
      String receiver,
      SocketChannel to,
      String text)
      throws IOException {
    Connection.write(from, text + "\n");
    String received = readLine(receiver, to);
    screen.print("  %s says   %s".formatted(sender, text));
    screen.print("  %s hears  %s".formatted(receiver, received));
    return received.equals(DemoText.edited(text));
  }

  private static String readLine(String receiver, SocketChannel socket) throws IOException {
    try {
      return Connection.readLine(socket);
    } catch (IOException e) {
      throw new IOException(receiver + " hears " + e.getMessage(), e);
    }
  }
}
