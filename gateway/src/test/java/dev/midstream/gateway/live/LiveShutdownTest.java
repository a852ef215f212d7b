package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM while connections are open, followed by a bridge of the kernel. */
@Tag("live")
final class LiveShutdownTest {
  private static final String GREETING = Live.MARK + "\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hi", "Hello whole wide world out there"})
  @DisplayName("OWN-3 on-exit open: connections with shifted numbers are reset, all others go on")
  void resetsShiftedConnectionsAtTheEnd(String replacement) throws IOException {
    String configuration = "on-exit: open\n" + Live.replacing(replacement, "");
    try (Site site = new Site(Network.make(1500), directory, configuration);
        Connection edited = site.connect(Network.SERVER, Site.EDITED_PORT);
        Connection untouched = site.connect(Network.SERVER, Site.EDITED_PORT);
        Connection other = site.connect(Network.SERVER, Site.OTHER_PORT)) {
      Connection.write(edited.client(), GREETING);
      assertThat(Connection.readLine(edited.server())).isEqualTo(replacement);
      Connection.write(untouched.client(), "nothing to edit\n");
      assertThat(Connection.readLine(untouched.server())).isEqualTo("nothing to edit");
      StreamRecorder client = StreamRecorder.start(edited.client());
      StreamRecorder server = StreamRecorder.start(edited.server());

      assertThat(site.box().stop()).isZero();

      Eventually.holds(
          "both streams end", () -> !client.end().isEmpty() && !server.end().isEmpty());
      assertThat(client.end()).contains("reset");
      assertThat(server.end()).contains("reset");
      assertThat(new String(server.octets(), StandardCharsets.UTF_8)).isEmpty();
      assertGoesOn(untouched);
      assertGoesOn(other);
    }
  }

  private static void assertGoesOn(Connection connection) throws IOException {
    Connection.write(connection.client(), GREETING);
    assertThat(Connection.readLine(connection.server())).isEqualTo(Live.MARK);
    Connection.write(connection.server(), GREETING);
    assertThat(Connection.readLine(connection.client())).isEqualTo(Live.MARK);
  }
}
