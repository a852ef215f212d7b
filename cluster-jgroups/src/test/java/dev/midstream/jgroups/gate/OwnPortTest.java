package dev.midstream.jgroups.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.testkit.port.FreePorts;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OwnPortTest {
  @Test
  @DisplayName("LD-14 a connection made with itself is refused, and a server gets its port at once")
  void refusesItself() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    InetSocketAddress address = new InetSocketAddress(loopback, FreePorts.find(1).getFirst());
    try (Socket socket = new Socket()) {
      socket.bind(address);

      assertThatThrownBy(() -> Gate.connect(socket, address, 1_000))
          .isInstanceOf(ConnectException.class);
      try (ServerSocket next = new ServerSocket(address.getPort(), 1, loopback)) {
        assertThat(next.isBound()).isTrue();
      }
    }
  }
}
