package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.jgroups.gate.Gate;
import dev.midstream.jgroups.gate.Greeting;
import dev.midstream.jgroups.gate.PeerProbe;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosedGateTest {
  @Test
  @DisplayName("LD-1 a connection that a closed gate was to secure fails as any other one")
  void securesNoMore(@TempDir Path directory) throws Exception {
    Nodes nodes = new Nodes(directory.resolve("authority"));
    Greeting own =
        new Greeting(
            Greeting.Purpose.GROUP, Nodes.CLUSTER, "n1", nodes.life(1), Nodes.CONFIGURATION);
    Gate gate = new Gate(nodes.credentials(1), own, Nodes.DETECT_NANOS, refusal -> {});
    gate.close();
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NodeAddress address = NodeAddress.ofIpv4(0x7f000001, socket.getLocalPort());

      assertThat(new PeerProbe(gate, nodes.address(1), 1_000).ask(address))
          .isInstanceOf(PeerProbe.Finding.Broken.class);
    }
  }
}
