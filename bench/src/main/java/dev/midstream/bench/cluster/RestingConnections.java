package dev.midstream.bench.cluster;

import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Open connections that carry nothing. With enough of them each bucket has an owner. */
final class RestingConnections implements AutoCloseable {
  private final List<Connection> all = new ArrayList<>();

  /** Opens {@code count} connections, one after the other. */
  static RestingConnections open(SocketPair sockets, int count) throws IOException {
    RestingConnections opened = new RestingConnections();
    for (int number = 0; number < count; number++) {
      opened.all.add(sockets.connect());
    }
    return opened;
  }

  /** The connections. */
  List<Connection> all() {
    return all;
  }

  @Override
  public void close() throws IOException {
    for (Connection each : all) {
      each.close();
    }
  }
}
