package dev.midstream.demo.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TransferTest {
  private static final int TIMEOUT_SECONDS = 20;
  private static final Document DOCUMENT = new Document(1, 10_000, 1_000, "mark");

  @Test
  void deliversTheWholeDocument() throws IOException {
    try (Connection connection = LoopbackConnection.open()) {
      Transfer transfer = Transfer.start(connection.client(), connection.server(), DOCUMENT);
      assertThat(transfer.await(TIMEOUT_SECONDS))
          .isEqualTo(new Received(DOCUMENT.length(), DOCUMENT.digest()));
      assertThat(transfer.receivedBytes()).isEqualTo(DOCUMENT.length());
      assertThat(connection.client().isOpen()).isTrue();
    }
  }

  @Test
  void failsWhenTheSenderFails() throws IOException {
    Document tooShortForItsNumber = new Document(1, 1, Long.BYTES - 1, "");
    try (Connection connection = LoopbackConnection.open()) {
      Transfer transfer =
          Transfer.start(connection.client(), connection.server(), tooShortForItsNumber);
      assertThatThrownBy(() -> transfer.await(TIMEOUT_SECONDS))
          .isInstanceOf(IOException.class)
          .hasCauseInstanceOf(BufferOverflowException.class);
      assertClosed(connection.client());
    }
  }

  @Test
  void failsWhenTheReceiverFails() throws IOException {
    try (Connection connection = LoopbackConnection.open()) {
      connection.server().close();
      Transfer transfer = Transfer.start(connection.client(), connection.server(), DOCUMENT);
      assertThatThrownBy(() -> transfer.await(TIMEOUT_SECONDS)).isInstanceOf(IOException.class);
      assertClosed(connection.client());
    }
  }

  @Test
  void timesOutWithoutEndOfStream() throws IOException {
    AtomicInteger looks = new AtomicInteger();
    try (Connection connection = LoopbackConnection.open();
        Connection elsewhere = LoopbackConnection.open()) {
      Transfer transfer = Transfer.start(elsewhere.client(), connection.server(), DOCUMENT);
      int ignored = connection.client().write(ByteBuffer.allocate(5));
      assertThatThrownBy(() -> transfer.await(1, looks::incrementAndGet))
          .isInstanceOf(IOException.class)
          .hasMessage("not over within 1 s: octets=5");
      assertThat(looks.get()).isPositive();
    }
  }

  private static void assertClosed(SocketChannel socket) {
    assertThatThrownBy(() -> socket.read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
  }
}
