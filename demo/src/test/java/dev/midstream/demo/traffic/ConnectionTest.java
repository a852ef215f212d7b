package dev.midstream.demo.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConnectionTest {
  private static final Duration TIMEOUT = Duration.ofMillis(200);

  @Test
  void readsOneLineAtATime() throws IOException {
    try (Connection connection = LoopbackConnection.open()) {
      Connection.write(connection.client(), "one\ntwo\nrest");
      assertThat(Connection.readLine(connection.server())).isEqualTo("one");
      assertThat(Connection.readLine(connection.server())).isEqualTo("two");
      connection.client().shutdownOutput();
      assertThat(Connection.readLine(connection.server())).isEqualTo("rest");
      assertThat(Connection.readLine(connection.server())).isEmpty();
    }
  }

  @Test
  void timesOutOnAnUnfinishedLine() throws IOException {
    try (Connection connection = LoopbackConnection.open()) {
      Connection.write(connection.client(), "half a l");
      assertThatThrownBy(() -> Connection.readLine(connection.server(), TIMEOUT))
          .isInstanceOf(IOException.class)
          .hasMessage("no whole line within 200 ms: octets=8");
      Connection.write(connection.client(), "ine\n");
      assertThat(Connection.readLine(connection.server())).isEqualTo("ine");
    }
  }

  @Test
  void failsOnReset() throws IOException {
    try (Connection connection = LoopbackConnection.open()) {
      Connection.reset(connection.client());
      assertThatThrownBy(() -> Connection.readLine(connection.server()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }
}
