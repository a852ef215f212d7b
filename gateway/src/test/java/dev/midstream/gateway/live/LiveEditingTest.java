package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Received;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.demo.traffic.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections between two kernels that are edited without their notice. */
@Tag("live")
final class LiveEditingTest {
  private static final int PORT = 7000;
  private static final int TIMEOUT_SECONDS = 60;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, Network.SERVER_6})
  @DisplayName("OWN-3 a conversation is edited in both directions, and SIGTERM ends the box with 0")
  void editsAConversationBothWays(String server) throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, Live.EDITING);
        SocketPair sockets = SocketPair.of(network.client(), network.server(), server, PORT);
        Connection connection = sockets.connect()) {
      Connection.write(connection.client(), "Hello world, I am the client\n");
      assertThat(Connection.readLine(connection.server())).isEqualTo("Hi there, I am the client");
      Connection.write(connection.server(), "Hello world, I am the server\n");
      assertThat(Connection.readLine(connection.client())).isEqualTo("Hi there, I am the server");
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines()).isEmpty();
    }
  }

  @Test
  @DisplayName("OWN-3 100 MB arrive with an edit in every 4 KB")
  void editsAHundredMegabytes() throws IOException {
    Document document = new Document(1, 25_000, 4_000, Live.MARK);
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, Live.EDITING);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT);
        Connection connection = sockets.connect()) {
      Transfer transfer = Transfer.start(connection.server(), connection.client(), document);
      Received received = transfer.await(TIMEOUT_SECONDS);
      assertThat(received.length()).isEqualTo(document.length() - 3 * document.marks());
      assertThat(received.digest()).isEqualTo(document.digestReplacing(Live.REPLACEMENT));
      assertThat(box.errorLines()).isEmpty();
    }
  }

  @Test
  @DisplayName("OWN-3 a client that has sent its FIN still gets all data of the server")
  void deliversToAHalfClosedClient() throws IOException {
    Document request = new Document(2, 10, 1_000, Live.MARK);
    Document answer = new Document(3, 2_500, 4_000, Live.MARK);
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, Live.EDITING);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT);
        Connection connection = sockets.connect()) {
      Transfer asking = Transfer.start(connection.client(), connection.server(), request);
      assertThat(asking.await(TIMEOUT_SECONDS).digest())
          .isEqualTo(request.digestReplacing(Live.REPLACEMENT));
      Transfer answering = Transfer.start(connection.server(), connection.client(), answer);
      assertThat(answering.await(TIMEOUT_SECONDS).digest())
          .isEqualTo(answer.digestReplacing(Live.REPLACEMENT));
      assertThat(box.errorLines()).isEmpty();
    }
  }
}
