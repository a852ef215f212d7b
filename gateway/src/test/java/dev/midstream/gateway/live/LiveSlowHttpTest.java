package dev.midstream.gateway.live;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Network;
import dev.midstream.gateway.live.HttpSlowCases.Case;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What enforces also does if its octets come one by one, each after more than the hold time, over
 * IPv4 and IPv6 at once.
 */
@Tag("live")
final class LiveSlowHttpTest {
  private static final List<String> HOSTS = List.of(Network.SERVER, Network.SERVER_6);
  private static final int RESPONDER_PORT = 81;
  private static final String HOLD_TIME = "60ms";
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int CONNECT_MILLIS = 5_000;
  private static final int SILENCE_MILLIS = 50;
  private static final int ANSWER_BYTES = 4_096;

  @TempDir private Path directory = Path.of("");

  /** A connection, and what its end still has to send. */
  private static final class Sender implements AutoCloseable {
    private final Case said;
    private final Socket socket;
    private int at;

    Sender(Case said, Socket socket) throws IOException {
      this.said = said;
      this.socket = socket;
      socket.setTcpNoDelay(true);
      write(said.fast());
    }

    boolean isDone() {
      return at == said.slow().length();
    }

    void sendOne() {
      at++;
      write(said.slow().substring(at - 1, at));
    }

    /** The agent may have ended the connection. */
    private void write(String text) {
      try {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException _) {
        at = said.slow().length();
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
    HttpServer.Kind.NGINX.assumeInstalled();
  }

  @Test
  @DisplayName(
      "C-59 OWN-3 what comes one octet after each hold time is denied, ended and edited alike")
  void decidesSlowMessages() throws IOException {
    String head = HttpSite.CONFIGURATION.split("settings:", 2)[0];
    String rest = "hold-time: " + HOLD_TIME + "\n    settings:\n" + HttpSlowCases.SETTINGS;
    try (HttpSite site = new HttpSite(HttpServer.Kind.NGINX, directory, head + rest);
        ServerSocket responder = listen(site.network().server())) {
      SoftAssertions all = site.network().client().call(() -> play(responder));
      all.assertAll();
    }
  }

  private static ServerSocket listen(Namespace namespace) throws IOException {
    return namespace.call(() -> {
      ServerSocket made = new ServerSocket();
      made.bind(new InetSocketAddress(RESPONDER_PORT));
      return made;
    });
  }

  private static SoftAssertions play(ServerSocket responder) throws IOException {
    List<Sender> requests = new ArrayList<>();
    List<Sender> responses = new ArrayList<>();
    List<Socket> clients = new ArrayList<>();
    try {
      for (String host : HOSTS) {
        for (Case each : HttpSlowCases.requests()) {
          requests.add(new Sender(each, connect(host, HttpServer.PORT)));
        }
        for (Case each : HttpSlowCases.responses()) {
          Socket client = connect(host, RESPONDER_PORT);
          clients.add(client);
          client.getOutputStream().write(each.request().getBytes(StandardCharsets.US_ASCII));
          responses.add(new Sender(each, responder.accept()));
        }
      }
      sendAll(Stream.concat(requests.stream(), responses.stream()).toList());
      return received(requests, responses, clients);
    } finally {
      for (Sender each : requests) {
        each.close();
      }
      for (Sender each : responses) {
        each.close();
      }
      for (Socket each : clients) {
        each.close();
      }
    }
  }

  /** Whether clients have got what is expected, for their requests or of the responses to them. */
  private static SoftAssertions received(
      List<Sender> requests, List<Sender> responses, List<Socket> clients) throws IOException {
    SoftAssertions all = new SoftAssertions();
    for (Sender each : requests) {
      String got = read(each.socket);
      all.assertThat(got).as("%s", each.said).startsWith(each.said.expected());
      all.assertThat(got.isEmpty()).isEqualTo(each.said.expected().isEmpty());
    }
    for (int i = 0; i < responses.size(); i++) {
      Case said = responses.get(i).said;
      all.assertThat(read(clients.get(i))).as("%s", said).isEqualTo(said.expected());
    }
    return all;
  }

  private static void sendAll(List<Sender> senders) {
    boolean isDone = false;
    while (!isDone) {
      LockSupport.parkNanos(PAUSE_NANOS);
      senders.stream().filter(each -> !each.isDone()).forEach(Sender::sendOne);
      isDone = senders.stream().allMatch(Sender::isDone);
    }
    LockSupport.parkNanos(LAST_NANOS); // the answers to the last octets
  }

  private static Socket connect(String host, int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
    return socket;
  }

  /** What has come, up to a silence, the end or a reset. */
  private static String read(Socket socket) throws IOException {
    StringBuilder answer = new StringBuilder();
    byte[] octets = new byte[ANSWER_BYTES];
    socket.setSoTimeout(SILENCE_MILLIS);
    int count = 0;
    while (count >= 0) {
      answer.append(new String(octets, 0, count, StandardCharsets.ISO_8859_1));
      try {
        count = socket.getInputStream().read(octets);
      } catch (IOException _) {
        count = -1; // silence, or a reset
      }
    }
    return answer.toString();
  }
}
