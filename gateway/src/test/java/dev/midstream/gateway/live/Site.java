package dev.midstream.gateway.live;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Path;

/** A network with a running program, and servers on ports with and without a rule. */
final class Site implements AutoCloseable {
  static final int EDITED_PORT = 7000;
  static final int OTHER_PORT = 7001;

  private final Network network;
  private final Path directory;
  private final String configuration;
  private BoxProcess box;

  /** Starts the program in {@code network}, which the site closes. */
  Site(Network network, Path directory, String configuration) throws IOException {
    this.network = network;
    this.directory = directory;
    this.configuration = configuration;
    box = Live.start(network, directory, configuration);
  }

  Network network() {
    return network;
  }

  BoxProcess box() {
    return box;
  }

  /** Kills the program and starts it again. */
  void restart() throws IOException {
    box.kill();
    box = Live.start(network, directory, configuration);
  }

  /** Opens a connection to a new server at {@code host}. */
  Connection connect(String host, int port) throws IOException {
    try (SocketPair sockets = SocketPair.of(network.client(), network.server(), host, port)) {
      return sockets.connect();
    }
  }

  @Override
  public void close() {
    box.close();
    network.close();
  }
}
