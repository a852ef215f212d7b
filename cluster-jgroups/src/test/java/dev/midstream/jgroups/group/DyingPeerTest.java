package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.Recorder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DyingPeerTest {
  @Test
  @DisplayName(
      "one question is enough for a port that breaks a connection and refuses from then on: it is"
          + " asked again until it is known that the process is gone")
  void asksUntilThePortIsClosed(@TempDir Path directory) throws Exception {
    Nodes nodes = new Nodes(directory.resolve("authority"));
    Recorder heard = new Recorder();
    try (GroupChannel channel =
        GroupChannel.of(nodes.settings(1), nodes.credentials(1), nodes.life(1), heard)) {
      NodeId dying = nodes.life(2);
      ServerSocket port =
          new ServerSocket(dying.address().port(), 5, InetAddress.getLoopbackAddress());
      channel.verify(dying);

      try (port;
          Socket last = port.accept()) {
        assertThat(last.getInputStream().read()).isNotEqualTo(-1); // the handshake has begun
        last.setSoLinger(/* on= */ true, 0);
      }

      heard.await("its death", each -> each.dead().contains(dying));
    }
  }
}
