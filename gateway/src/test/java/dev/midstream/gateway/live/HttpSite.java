package dev.midstream.gateway.live;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A client, a server of HTTP with files, and the program between them. */
final class HttpSite implements AutoCloseable {
  /** A line of {@code /small.txt}, which is edited. */
  static final String LINE = "0123456789 an inner text and more of it 0123456789 abcdefgh\n";

  /** Denies what no rule allows; {@code settings} go on with those of the agent. */
  static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      default-action: drop
      rules:
        - name: web
          match: { destination-port: [ 80, 81 ] }
          agent: http
          settings:
            requests: [ { path: /admin, page: "Not here." } ]
            response-fields: { set: [ { field: Server, value: web } ] }
            replace: [ { find: inner, replace: outer } ]
      """;

  private final Network network;
  private final HttpServer server;
  private final BoxProcess box;
  private final Path root;

  HttpSite(HttpServer.Kind kind, Path directory, String configuration) throws IOException {
    network = Network.make(1500);
    FtpServer.share(directory);
    server = HttpServer.start(kind, network.server(), directory);
    root = directory.resolve("root");
    Files.writeString(root.resolve("small.txt"), LINE);
    box = Live.start(network, directory, configuration);
  }

  Network network() {
    return network;
  }

  /** Where the files of the server are. */
  Path root() {
    return root;
  }

  /** What the agent makes of a text. */
  static String edited(String text) {
    return text.replace("inner", "outer");
  }

  /** The counts of all reasons. */
  Map<String, Long> reasons() throws IOException {
    return new Node(network.box(), box).reasons();
  }

  /**
   * Runs curl at the client, and returns what it says.
   *
   * @throws IOException if curl fails
   */
  String curl(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("curl", "-sS", "-g", "-m", "60", "--retry", "20", "--retry-connrefused"));
    command.addAll(List.of(arguments));
    return network.client().output(command.toArray(String[]::new));
  }

  @Override
  public void close() {
    box.close();
    server.close();
    network.close();
  }
}
