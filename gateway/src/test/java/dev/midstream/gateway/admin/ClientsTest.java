package dev.midstream.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClientsTest {
  private static final int MAX = 3;

  private final Clients clients = new Clients(MAX);
  private final List<Socket> sockets = Stream.generate(Socket::new).limit(2 * MAX).toList();

  @Test
  @DisplayName("OWN-3 one client too many disconnects the one that has waited longest")
  void disconnectsTheFirst() {
    sockets.subList(0, MAX).forEach(client -> clients.asks(client, 0));
    assertThat(closed()).isEmpty();
    clients.asks(sockets.get(MAX), 0);
    assertThat(closed()).containsExactly(0);
  }

  @Test
  @DisplayName("OWN-3 clients that have sent nothing disconnect none that have asked")
  void keepsThoseThatHaveAsked() {
    clients.asks(sockets.getFirst(), 0);
    clients.reads(sockets.getFirst(), 0);
    sockets.subList(1, 2 * MAX).forEach(client -> clients.asks(client, 0));
    assertThat(closed()).containsExactly(1, 2);
  }

  @Test
  @DisplayName("OWN-3 a client has 5 s to ask, and 20 s to read the answer")
  void disconnectsOverdueClients() {
    clients.asks(sockets.get(0), 0);
    clients.asks(sockets.get(1), 0);
    clients.reads(sockets.get(1), 0);
    clients.closeOverdue(seconds(5) - 1);
    assertThat(closed()).isEmpty();
    clients.closeOverdue(seconds(5));
    assertThat(closed()).containsExactly(0);
    clients.closeOverdue(seconds(20));
    assertThat(closed()).containsExactly(0, 1);
  }

  @Test
  @DisplayName("OWN-3 at the end all clients are disconnected, and those that come later")
  void disconnectsAllAtTheEnd() {
    clients.asks(sockets.get(0), 0);
    clients.leave(sockets.get(0));
    clients.asks(sockets.get(1), 0);
    clients.closeAll();
    clients.asks(sockets.get(2), 0);
    assertThat(closed()).containsExactly(1, 2);
  }

  private static long seconds(int count) {
    return TimeUnit.SECONDS.toNanos(count);
  }

  /** The numbers of the clients that were disconnected. */
  private List<Integer> closed() {
    return Stream.iterate(0, i -> i < sockets.size(), i -> i + 1)
        .filter(i -> sockets.get(i).isClosed())
        .toList();
  }
}
