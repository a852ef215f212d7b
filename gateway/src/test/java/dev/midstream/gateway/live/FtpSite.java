package dev.midstream.gateway.live;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A client, a server of FTP with a file, and the program between them. */
final class FtpSite implements AutoCloseable {
  /** Denies what no rule allows; {@code settings} go on with those of the agent. */
  static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      default-action: drop
      rules:
        - name: control
          match: { destination-port: 21 }
          agent: ftp
          settings:
      """;

  private static final int FILE_BYTES = 5_000_000;

  private final Network network;
  private final FtpServer server;
  private final BoxProcess box;
  private final Path file;
  private final Path removable;

  /**
   * Starts all of it.
   *
   * @param passiveAddress what 227 of the server says; empty for its own address
   * @param configuration of the program
   */
  FtpSite(FtpServer.Kind kind, Path directory, String passiveAddress, String configuration)
      throws IOException {
    network = Network.make(1500);
    FtpServer.share(directory);
    Path root = Files.createDirectory(directory.resolve("root"));
    byte[] octets = new byte[FILE_BYTES];
    new Random(1).nextBytes(octets);
    file = Files.write(root.resolve("file"), octets);
    Path open = Files.createDirectory(root.resolve("in"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    removable = Files.writeString(open.resolve("f"), "");
    server = FtpServer.start(kind, network.server(), directory, root, passiveAddress);
    box = Live.start(network, directory, configuration);
  }

  Network network() {
    return network;
  }

  /** The file {@code /file} of the server. */
  Path file() {
    return file;
  }

  /** The file {@code /in/f} of the server, which it lets everybody delete. */
  Path removable() {
    return removable;
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
  String curl(String options, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "-m", "20"));
    command.addAll(options.isEmpty() ? List.of() : Arrays.asList(options.split(" ")));
    command.addAll(List.of(more));
    return network.client().output(command.toArray(String[]::new));
  }

  @Override
  public void close() {
    box.close();
    server.close();
    network.close();
  }
}
