package dev.midstream.gateway.live;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Many transfers, half of them edited at their beginning, which go on until they are ended. */
final class CrashTransfers implements AutoCloseable {
  private final SocketPair untouched;
  private final SocketPair edited;
  private final List<Connection> connections = new ArrayList<>();
  private final List<LastingTransfer> transfers = new ArrayList<>();

  /** Transfers over {@code network}, in which the program is not there yet. */
  CrashTransfers(Network network) throws IOException {
    this(network, Network.SERVER);
  }

  /** The same with another address of the server. */
  CrashTransfers(Network network, String server) throws IOException {
    untouched = CrashNetwork.pair(network, server, CrashNetwork.UNTOUCHED);
    edited = CrashNetwork.pair(network, server, CrashNetwork.EDITED);
  }

  /** Where connections are opened that are edited. */
  SocketPair edited() {
    return edited;
  }

  /** Starts {@code count} transfers, a quarter of each kind in each direction. */
  void start(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Connection connection = (i % 2 == 0 ? untouched : edited).connect();
      connections.add(connection);
      CrashNetwork.greet(connection, i % 2 == 0 ? Live.MARK : CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(connection, 2_000);
    }
    for (int i = 0; i < count; i++) {
      SocketChannel client = connections.get(i).client();
      SocketChannel server = connections.get(i).server();
      boolean isUp = i / 2 % 2 == 0;
      transfers.add(LastingTransfer.start(isUp ? client : server, isUp ? server : client, i));
    }
  }

  /** Asserts that octets of each arrive from now on. */
  void assertAllMove() throws IOException {
    List<Long> before = transfers.stream().map(LastingTransfer::received).toList();
    Eventually.holds(
        "all move",
        () -> {
          for (int i = 0; i < transfers.size(); i++) {
            if (transfers.get(i).received() == before.get(i)) {
              return false;
            }
          }
          return true;
        });
  }

  /** Ends all of them, and asserts that all that was sent has arrived. */
  void end() throws Exception {
    transfers.forEach(LastingTransfer::end);
    for (LastingTransfer each : transfers) {
      each.assertWhole();
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection each : connections) {
      each.close();
    }
    untouched.close();
    edited.close();
  }
}
