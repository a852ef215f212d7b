package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.gateway.plugin.TemplateJar;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A jar of the folder of plug-ins that edits real connections. */
@Tag("live")
final class LivePluginTest {
  private static final String PORT = "port: { kind: afpacket, inside: in0, outside: out0 }\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("OWN-4 run denies lines of a real connection with the agent of a plug-in")
  void deniesALine() throws IOException {
    Path plugins = directory.resolve("plugins");
    TemplateJar.write(plugins);
    String configuration = PORT + TemplateJar.configuration(plugins);
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, configuration);
        Connection connection =
            SocketPair.of(network.client(), network.server(), Network.SERVER, 7000).connect()) {
      Connection.write(connection.client(), "list\nHello world\nquit\n");
      assertThat(Connection.readLine(connection.server())).isEqualTo("list");
      assertThat(Connection.readLine(connection.server())).isEqualTo("quit");

      Connection.write(connection.server(), "a b c\nbye\n");
      assertThat(Connection.readLine(connection.client())).isEqualTo("a b c");
      assertThat(Connection.readLine(connection.client())).isEqualTo("no greetings here");
      assertThat(Connection.readLine(connection.client())).isEqualTo("bye");

      assertThat(new Node(network.box(), box).reasons()).containsEntry("agent-denied", 1L);
      assertThat(box.stop()).isZero();
    }
  }
}
