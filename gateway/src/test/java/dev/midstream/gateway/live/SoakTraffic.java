package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Rounds of traffic, over IPv4 and IPv6 in turn: documents and conversations, edited and not,
 * datagrams, whole and in fragments, and ping. In some rounds an interface of the box goes down for
 * a moment during a document.
 */
final class SoakTraffic {
  private static final int CHATS = 50;
  private static final int CHATS_A_RESET = 5;
  private static final int ROUNDS_A_CUT = 10;
  private static final long CUT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final int PING_MILLIS = 20_000;

  private final Network network;
  private final Datagrams datagrams;
  private int rounds;
  private int resets;
  private int cuts;

  SoakTraffic(Network network) {
    this.network = network;
    datagrams = new Datagrams(network);
  }

  /** Connections that their client has reset. */
  int resets() {
    return resets;
  }

  /** Times that an interface went down. */
  int cuts() {
    return cuts;
  }

  /** The traffic beside TCP. */
  Datagrams datagrams() {
    return datagrams;
  }

  /** Runs one round. */
  void round() throws IOException {
    String server = rounds % 2 == 0 ? Network.SERVER : Network.SERVER_6;
    transfer(server, Site.EDITED_PORT, Live.REPLACEMENT, rounds % ROUNDS_A_CUT == 1);
    transfer(server, Site.OTHER_PORT, Live.MARK, false);
    converse(server);
    InetAddress address = InetAddress.getByName(server);
    datagrams.exchange(address, rounds);
    boolean reached = network.client().call(() -> address.isReachable(PING_MILLIS));
    assertThat(reached).as("ping " + server).isTrue();
    rounds++;
  }

  @Override
  public String toString() {
    return "rounds=%d resets=%d cuts=%d datagrams=%s".formatted(rounds, resets, cuts, datagrams);
  }

  private void transfer(String server, int port, String replacement, boolean cut)
      throws IOException {
    Document up = new Document(rounds, 500, 2_000 + rounds % 500, Live.MARK);
    Document down = new Document(rounds + 1L, 1_000, 1_000 + rounds % 500, Live.MARK);
    try (SocketPair sockets = SocketPair.of(network.client(), network.server(), server, port);
        Connection connection = sockets.connect()) {
      FutureTask<Boolean> cutting = new FutureTask<>(cut ? this::cut : () -> false);
      Thread.ofPlatform().daemon().name("cut").start(cutting);
      Live.assertBothArrive(connection, up, down, replacement);
      await(cutting);
    }
  }

  private boolean cut() throws IOException {
    Namespace box = network.box();
    String name = cuts % 2 == 0 ? "in0" : "out0";
    cuts++;
    box.ip("link set " + name + " down");
    LockSupport.parkNanos(CUT_NANOS);
    box.ip("link set " + name + " up");
    Eventually.holds(
        "the interface is up", () -> box.output("ip", "link", "show", name).contains(" state UP "));
    return true;
  }

  private static void await(FutureTask<Boolean> cutting) throws IOException {
    try {
      boolean ignored = cutting.get();
    } catch (ExecutionException e) {
      throw new IOException("cannot cut the wire", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void converse(String server) throws IOException {
    try (SocketPair sockets =
        SocketPair.of(network.client(), network.server(), server, Site.EDITED_PORT)) {
      for (int number = 0; number < CHATS; number++) {
        Connection connection = sockets.connect();
        Connection.write(connection.client(), "Hello world " + number + "\n");
        assertThat(Connection.readLine(connection.server())).isEqualTo("Hi there " + number);
        if ((rounds + number) % CHATS_A_RESET == 0) {
          Connection.reset(connection.client());
          resets++;
        }
        connection.close();
      }
    }
  }
}
