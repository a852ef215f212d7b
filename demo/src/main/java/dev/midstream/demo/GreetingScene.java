package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;

/** A short conversation, both sides greeting. */
final class GreetingScene implements Scene {
  private static final int PORT = 7000;
  private static final List<String> CLIENT_SAYS =
      List.of("Hello world", "Is this the place where one says Hello world, or Hello world twice?");
  private static final List<String> SERVER_SAYS =
      List.of("Hello world, client", "It is. Nobody says Hello worl or ello world here.");

  @Override
  public String name() {
    return "a conversation";
  }

  @Override
  public Verdict play(Network network, Screen screen) throws IOException {
    screen.line("");
    screen.line(
        "a conversation on port 7000, client %s, server %s"
            .formatted(Network.CLIENT, Network.SERVER));
    boolean passed = true;
    try (SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT);
        Connection connection = sockets.connect()) {
      for (int turn = 0; turn < CLIENT_SAYS.size(); turn++) {
        SocketChannel client = connection.client();
        SocketChannel server = connection.server();
        passed &= tell(screen, "client", client, "server", server, CLIENT_SAYS.get(turn));
        passed &= tell(screen, "server", server, "client", client, SERVER_SAYS.get(turn));
      }
    }
    return new Verdict(name(), passed, "4 lines, 4 greetings, both directions");
  }

  private static boolean tell(
      Screen screen,
      String speaker,
      SocketChannel from,
      String listener,
      SocketChannel to,
      String text)
      throws IOException {
    Connection.say(from, text + "\n");
    String heard = hear(listener, to);
    screen.line("  %s says   %s".formatted(speaker, text));
    screen.line("  %s hears  %s".formatted(listener, heard));
    return heard.equals(DemoText.edited(text));
  }

  private static String hear(String listener, SocketChannel socket) throws IOException {
    try {
      return Connection.hear(socket);
    } catch (IOException e) {
      throw new IOException(listener + " hears " + e.getMessage(), e);
    }
  }
}
