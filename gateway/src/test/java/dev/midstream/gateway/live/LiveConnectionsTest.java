package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.demo.traffic.Transfer;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Resets and many short connections, and an interface that goes down for a while. */
@Tag("live")
final class LiveConnectionsTest {
  private static final int TIMEOUT_SECONDS = 60;
  private static final int MANY = 2_000;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("OWN-3 after edits, a reset of either endpoint reaches the other")
  void deliversResets() throws IOException {
    try (Site site = new Site(Network.make(1500), directory, Live.EDITING)) {
      try (Connection connection = greeted(site)) {
        assertResetPasses(connection.client(), connection.server());
      }
      try (Connection connection = greeted(site)) {
        assertResetPasses(connection.server(), connection.client());
      }
      assertThat(site.box().errorLines()).isEmpty();
    }
  }

  @Test
  @DisplayName("OWN-3 2,000 short connections are edited in both directions")
  void editsManyShortConnections() throws IOException {
    try (Site site = new Site(Network.make(1500), directory, Live.EDITING);
        SocketPair sockets =
            SocketPair.of(
                site.network().client(),
                site.network().server(),
                Network.SERVER,
                Site.EDITED_PORT)) {
      for (int number = 0; number < MANY; number++) {
        try (Connection connection = sockets.connect()) {
          Connection.write(connection.client(), "Hello world " + number + "\n");
          assertThat(Connection.readLine(connection.server())).isEqualTo("Hi there " + number);
          Connection.write(connection.server(), number + " Hello world\n");
          assertThat(Connection.readLine(connection.client())).isEqualTo(number + " Hi there");
        }
      }
      assertThat(site.box().stop()).isZero();
      assertThat(site.box().errorLines()).isEmpty();
    }
  }

  @Test
  @DisplayName("OWN-3 an edited transfer goes on when an interface is up again")
  void survivesAnInterfaceDownAndUp() throws IOException {
    Document document = new Document(4, 20_000, 4_000, Live.MARK);
    try (Site site = new Site(Network.make(1500), directory, Live.EDITING);
        Connection connection = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      Transfer transfer = Transfer.start(connection.server(), connection.client(), document);
      Eventually.holds("a tenth came", () -> transfer.receivedBytes() > document.length() / 10);
      site.network().box().ip("link set out0 down");
      Eventually.holds("the program reports it", () -> hasLogged(site, "interface out0 is down"));
      site.network().box().ip("link set out0 up");
      assertThat(transfer.await(TIMEOUT_SECONDS).digest())
          .isEqualTo(document.digestReplacing(Live.REPLACEMENT));
      Eventually.holds("the program reports it", () -> hasLogged(site, "interface out0 is up"));
      assertThat(site.box().stop()).isZero();
    }
  }

  private static boolean hasLogged(Site site, String text) {
    return site.box().errorLines().stream().anyMatch(line -> line.contains(text));
  }

  private static Connection greeted(Site site) throws IOException {
    Connection connection = site.connect(Network.SERVER, Site.EDITED_PORT);
    Connection.write(connection.client(), "Hello world\n");
    assertThat(Connection.readLine(connection.server())).isEqualTo("Hi there");
    Connection.write(connection.server(), "Hello world\n");
    assertThat(Connection.readLine(connection.client())).isEqualTo("Hi there");
    return connection;
  }

  private static void assertResetPasses(SocketChannel from, SocketChannel to) throws IOException {
    Connection.reset(from);
    assertThatThrownBy(() -> Connection.readLine(to))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }
}
