package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed, started and stopped while connections of other kinds of frames go on. */
@Tag("live")
@Tag("alone")
final class LiveCrashKindsTest {
  private static final String TAG = "81000005";
  private static final int TRANSFERS = 4;
  private static final int SETTLING = 200_000;

  /** Too few for the kernel: the program forwards them. */
  private static final int BRIEF = 2_000;

  private static final int RESET_SECONDS = 10;

  /** Half of the transfers, and three connections that are not over at the orderly end. */
  private static final int EDITED = TRANSFERS / 2 + 3;

  @TempDir private Path directory = Path.of("");
  private final List<Kind> kinds = new ArrayList<>();

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  @Test
  @DisplayName("connections over IPv6 survive a kill, and an orderly end resets the edited ones")
  void survivesKillOverIpv6() throws Exception {
    survivesKill(CrashNetwork.make(), Network.SERVER_6);
  }

  @Test
  @DisplayName("connections in a VLAN survive a kill, and an orderly end resets the edited ones")
  void survivesKillInVlan() throws Exception {
    TaggingBox nearClient = new TaggingBox(TAG);
    TaggingBox nearServer = new TaggingBox(TAG);
    survivesKill(CrashNetwork.tagged(nearClient, nearServer), Network.SERVER, Network.SERVER_6);
    assertThat(nearClient.unexpected() + nearServer.unexpected()).isZero();
  }

  /** Closes the network. */
  private void survivesKill(Network made, String... servers) throws Exception {
    try (Network network = made) {
      long killedNanos;
      try (BoxProcess first = CrashNetwork.start(network, directory, CrashNetwork.OPEN)) {
        for (String server : servers) {
          kinds.add(new Kind(network, server));
        }
        int connections = kinds.size() * (TRANSFERS + 2);
        Eventually.holds("all are given away", () -> areGivenAway(network, connections));
        killedNanos = System.nanoTime();
        first.kill();
      }
      for (Kind each : kinds) {
        CrashNetwork.assertOpens(each.transfers.edited(), killedNanos);
        each.transfers.assertAllMove();
      }
      try (BoxProcess second = CrashNetwork.start(network, directory, CrashNetwork.OPEN)) {
        goesOn(network);
        assertThat(second.stop()).isZero();
      }
      for (Kind each : kinds) {
        each.assertIsReset();
      }
      assertThat(CrashNetwork.pins(network)).isEmpty();
    } finally {
      for (Kind each : kinds) {
        each.close();
      }
    }
  }

  /** One that was taken back, as a busy machine makes it, must exchange as much again. */
  private boolean areGivenAway(Network network, int connections) throws IOException {
    if (CrashNetwork.fast(network, "connections") == connections) {
      return true;
    }
    for (Kind each : kinds) {
      CrashNetwork.exchange(each.idle, SETTLING);
    }
    return false;
  }

  private void goesOn(Network network) throws Exception {
    for (Kind each : kinds) {
      CrashNetwork.greetNew(each.transfers.edited(), CrashNetwork.REPLACEMENT);
    }
    assertThat(CrashNetwork.fast(network, "on-crash/adopted"))
        .isEqualTo((long) kinds.size() * EDITED);
    assertThat(CrashNetwork.fast(network, "on-crash/lost")).isZero();
    for (Kind each : kinds) {
      each.transfers.assertAllMove();
      each.transfers.end();
    }
  }

  /** The connections to one address of the server. */
  private static final class Kind implements AutoCloseable {
    private final CrashTransfers transfers;
    private final Connection idle;
    private final Connection brief;
    private final Connection busy;
    private final LastingTransfer lasting;

    private Kind(Network network, String server) throws IOException {
      transfers = new CrashTransfers(network, server);
      transfers.start(TRANSFERS);
      idle = settled(SETTLING);
      brief = settled(BRIEF);
      busy = settled(SETTLING);
      lasting = LastingTransfer.start(busy.client(), busy.server(), TRANSFERS);
    }

    private Connection settled(int octets) throws IOException {
      Connection connection = transfers.edited().connect();
      CrashNetwork.greet(connection, CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(connection, octets);
      return connection;
    }

    private void assertIsReset() {
      for (Connection each : List.of(idle, brief)) {
        assertIsReset(each.client());
        assertIsReset(each.server());
      }
      lasting.assertIsReset(RESET_SECONDS);
    }

    private static void assertIsReset(SocketChannel socket) {
      assertThatThrownBy(() -> Connection.readLine(socket)).hasMessage("Connection reset");
    }

    @Override
    public void close() throws IOException {
      idle.close();
      brief.close();
      busy.close();
      transfers.close();
    }
  }
}
