package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.jgroups.carrier.Recorder;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that reach the port and say nothing. */
@Timeout(60)
class SilentStrangersTest {
  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  @Test
  @DisplayName("LD-1 connections that say nothing keep no node from joining, and are closed")
  void letsTheOthersJoin() throws Exception {
    Nodes nodes = new Nodes(directory.resolve("authority"));
    Recorder heard = new Recorder();
    List<Socket> strangers = new ArrayList<>();
    try (GroupCarrier first = nodes.carrier(1);
        GroupCarrier second = nodes.carrier(2)) {
      first.open(heard);
      for (int count = 0; count < 10; count++) {
        strangers.add(new Socket(InetAddress.getLoopbackAddress(), first.self().address().port()));
      }
      long begin = System.nanoTime();

      second.open(new Recorder());

      heard.await("both", each -> each.view().size() == 2);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
      for (Socket each : strangers) {
        each.setSoTimeout(10_000);
        assertThat(each.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      for (Socket each : strangers) {
        each.close();
      }
    }
  }

  @Test
  @DisplayName("LD-1 one address may have 16 connections in their handshake, and no more")
  void limitsHandshakes() throws Exception {
    Nodes nodes = new Nodes(directory.resolve("authority"));
    List<Socket> strangers = new ArrayList<>();
    try (GroupCarrier first = nodes.carrier(1)) {
      first.open(new Recorder());
      long begin = System.nanoTime();
      for (int count = 0; count < 17; count++) {
        strangers.add(new Socket(InetAddress.getLoopbackAddress(), first.self().address().port()));
      }
      List<Duration> ended = new ArrayList<>();
      for (Socket each : strangers.reversed()) {
        each.setSoTimeout(10_000);
        assertThat(each.getInputStream().read()).isEqualTo(-1);
        ended.add(Duration.ofNanos(System.nanoTime() - begin));
      }
      assertThat(ended.getFirst()).isLessThan(Duration.ofMillis(900));
      assertThat(ended.get(1)).isGreaterThan(Duration.ofMillis(2_900));
    } finally {
      for (Socket each : strangers) {
        each.close();
      }
    }
  }
}
