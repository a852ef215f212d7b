package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A link becomes smaller while connections use it, and their ends keep their MTU; {@code
 * -Dmidstream.effort} multiplies how often.
 */
@Tag("live")
final class LiveNarrowLinkTest {
  private static final int ROUNDS = 6 * Integer.getInteger("midstream.effort", 1);
  private static final int PIECES = 100;
  private static final int TIMEOUT_MILLIS = 20_000;

  /** An untouched segment fills a packet of 1,500 octets, with timestamps. */
  private static final int PIECE_BYTES_4 = 1_448;

  private static final int PIECE_BYTES_6 = 1_428;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest(name = "{displayName} {0} port={1} to server={2} fast-path={3}")
  @CsvSource({
    "10.1.0.2, 7001, true, off",
    "10.1.0.2, 7001, false, auto",
    "10.1.0.2, 7000, true, off",
    "10.1.0.2, 7000, false, off",
    "10.1.0.2, 7000, true, auto",
    "fd00:1::2, 7001, true, auto",
    "fd00:1::2, 7001, false, off",
    "fd00:1::2, 7000, true, off",
    "fd00:1::2, 7000, false, auto",
  })
  @DisplayName("C-44 a transfer goes on over a link that becomes smaller")
  void goesOn(String server, int port, boolean toServer, String fastPath) throws IOException {
    String configuration = Live.EDITING + "fast-path: " + fastPath + "\n";
    String link = toServer ? "out0" : "in0";
    try (Site site = new Site(withoutOffloads(), directory, configuration)) {
      for (int round = 0; round < ROUNDS; round++) {
        site.network().box().ip("link set " + link + " mtu 1500");
        forgetMtus(site.network());
        try (Connection connection = site.connect(server, port)) {
          transfer(connection, toServer, server, port);
          site.network().box().ip("link set " + link + " mtu 1400");
          Eventually.holds("all frames come to the program", () -> hasNoFastConnection(site));
          transfer(connection, toServer, server, port);
        }
      }
      assertThat(BoxStatus.of(site.network().box()).toString()).contains("too-long-to-send");
      assertThat(site.box().stop()).isZero();
      assertThat(site.box().errorLines()).isEmpty();
    }
  }

  /** The kernel forwards frames of any length between such interfaces, for a second at most. */
  private static boolean hasNoFastConnection(Site site) throws IOException {
    return BoxStatus.of(site.network().box()).at("/fast-path/connections").asLong() == 0;
  }

  /** Without offloads every segment is a frame of its own. */
  private static Network withoutOffloads() throws IOException {
    Network network = Network.make(1500);
    network.client().disableOffloads("c0");
    network.server().disableOffloads("s0");
    return network;
  }

  /** Sends pieces, each of which fills a packet, and a mark now and then. */
  private static void transfer(Connection connection, boolean toServer, String server, int port)
      throws IOException {
    SocketChannel from = toServer ? connection.client() : connection.server();
    SocketChannel to = toServer ? connection.server() : connection.client();
    from.socket().setTcpNoDelay(true);
    int pieceBytes = server.contains(":") ? PIECE_BYTES_6 : PIECE_BYTES_4;
    String piece = Live.MARK + "x".repeat(pieceBytes - Live.MARK.length());
    CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(from, piece));
    String expected = port == Site.EDITED_PORT ? piece.replace(Live.MARK, Live.REPLACEMENT) : piece;
    to.socket().setSoTimeout(TIMEOUT_MILLIS);
    byte[] arrived = to.socket().getInputStream().readNBytes(PIECES * expected.length());
    assertThat(new String(arrived, StandardCharsets.UTF_8)).isEqualTo(expected.repeat(PIECES));
    sending.join();
  }

  private static void send(SocketChannel from, String piece) {
    try {
      for (int count = 0; count < PIECES; count++) {
        Connection.write(from, piece);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The ends keep a reported MTU for each address, for ten minutes. */
  private static void forgetMtus(Network network) throws IOException {
    for (Namespace end : List.of(network.client(), network.server())) {
      for (String family : List.of("-4", "-6")) {
        String ignored = end.output("ip", family, "route", "flush", "cache");
      }
    }
  }
}
