package dev.midstream.demo.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConnectionTest {
  private static final Duration MOMENT = Duration.ofMillis(200);

  @Test
  void hearsALineAtATime() throws IOException {
    try (Connection connection = LoopbackConnection.open()) {
      Connection.say(connection.client(), "one\ntwo\nrest");
      assertThat(Connection.hear(connection.server())).isEqualTo("one");
      assertThat(Connection.hear(connection.server())).isEqualTo("two");
      connection.client().shutdownOutput();
      assertThat(Connection.hear(connection.server())).isEqualTo("rest");
      assertThat(Connection.hear(connection.server())).isEmpty();
    }
  }

  @Test
  void doesNotWaitForeverForTheRestOfALine() throws IOException {
    try (Connection connection = LoopbackConnection.open()) {
      Connection.say(connection.client(), "half a l");
      assertThatThrownBy(() -> Connection.hear(connection.server(), MOMENT))
          .isInstanceOf(IOException.class)
          .hasMessage("no whole line within 200 ms: octets=8");
      Connection.say(connection.client(), "ine\n");
      assertThat(Connection.hear(connection.server())).isEqualTo("ine");
    }
  }

  @Test
  void aResetIsHeard() throws IOException {
    try (Connection connection = LoopbackConnection.open()) {
      Connection.reset(connection.client());
      assertThatThrownBy(() -> Connection.hear(connection.server()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }
}
