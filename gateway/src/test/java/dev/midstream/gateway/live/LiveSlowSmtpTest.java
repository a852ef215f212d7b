package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
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
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a server of mail says octet by octet, each after more than the hold time, and what a client
 * says so behind STARTTLS, over IPv4 and IPv6 at once.
 */
@Tag("live")
final class LiveSlowSmtpTest {
  private static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      rules:
        - name: mail
          match: { destination-port: 25 }
          agent: smtp
          hold-time: 60ms
          settings:
            banner: mail
            hello: relay
            hide-extensions: [ DSN ]
            starttls: pass
            size-limit: 1KiB
      """;
  private static final List<String> HOSTS = List.of(Network.SERVER, Network.SERVER_6);
  private static final int PORT = 25;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final String GREETING = "220 mx\r\n";
  private static final String HELLO = "250-mx\r\n250 CHUNKING\r\n";
  private static final String GREETED = "220 mail\r\n250-relay\r\n250 CHUNKING\r\n";

  /**
   * A dialogue.
   *
   * @param first what the server says at once
   * @param asked what the client says then, all of which reaches the server
   * @param answered what the server says to it
   * @param slow what comes octet by octet then, from the client if {@code isClient}
   * @param expected all that the client gets
   */
  private record Case(
      String first, String asked, String answered, boolean isClient, String slow, String expected) {
    static Case server(String first, String asked, String slow, String expected) {
      return new Case(first, asked, "", false, slow, expected);
    }

    static Case client(String asked, String answered, String slow, String expected) {
      return new Case(GREETING, "EHLO c\r\n" + asked, HELLO + answered, true, slow, expected);
    }
  }

  private static final List<Case> CASES =
      List.of(
          Case.server("", "", "220-secret\r\n220 mx\r\n", "220 mail\r\n"),
          Case.server("", "", "SSH-2.0-x\r\n", ""),
          Case.server(
              GREETING,
              "EHLO c\r\n",
              "250-mx\r\n250-DSN\r\n250 SIZE 9999\r\n",
              "220 mail\r\n250-relay\r\n250 SIZE 1024\r\n"),
          Case.server(GREETING, "NOOP\r\n", "none\r\n", "220 mail\r\n"),
          Case.server(GREETING, "NOOP\r\n", "250-a\r\n251 b\r\n", "220 mail\r\n"),
          Case.client("STARTTLS\r\n", "220 go\r\n", "RSET\r\n", GREETED + "220 go\r\n"));

  @TempDir private Path directory = Path.of("");

  /** One dialogue and its connections. */
  private record Running(Case played, Socket client, Socket server) implements AutoCloseable {
    Socket speaker() {
      return played.isClient ? client : server;
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("C-58 OWN-3 what comes one octet after each hold time is masked and ended alike")
  void decidesSlowOctets() throws IOException {
    try (Network network = Network.make(1500);
        ServerSocket responder = network.server().call(() -> new ServerSocket(PORT));
        BoxProcess box = Live.start(network, directory, CONFIGURATION)) {
      network.client().call(() -> playAll(responder)).assertAll();
      assertThat(new Node(network.box(), box).reasons())
          .containsEntry("smtp.masked", 14L)
          .containsEntry("smtp.tls-injection", 2L)
          .containsEntry("not-mine", 2L);
    }
  }

  private static SoftAssertions playAll(ServerSocket responder) throws IOException {
    List<Running> all = new ArrayList<>();
    SoftAssertions softly = new SoftAssertions();
    try {
      for (String host : HOSTS) {
        for (Case each : CASES) {
          all.add(begin(host, each, responder));
        }
      }
      sendSlowly(all);
      for (Running each : all) {
        softly.assertThat(readAll(each)).as("%s", each.played).isEqualTo(each.played.expected);
      }
    } finally {
      for (Running each : all) {
        each.close();
      }
    }
    return softly;
  }

  /** Says what comes at once, command by command. */
  private static Running begin(String host, Case played, ServerSocket responder)
      throws IOException {
    Socket client = new Socket();
    client.connect(new InetSocketAddress(host, PORT), TIMEOUT_MILLIS);
    client.setSoTimeout(TIMEOUT_MILLIS);
    client.setTcpNoDelay(true);
    Socket server = responder.accept();
    server.setSoTimeout(TIMEOUT_MILLIS);
    server.setTcpNoDelay(true);
    write(server, played.first);
    String[] replies = played.answered.split("(?<=\n)(?=[0-9]{3} go)", -1);
    int reply = 0;
    for (String command : played.asked.split("(?<=\n)", -1)) {
      if (!command.isEmpty()) {
        write(client, command);
        assertThat(read(server, command.length())).isEqualTo(command);
        write(server, reply < replies.length ? replies[reply++] : "");
      }
    }
    return new Running(played, client, server);
  }

  private static void sendSlowly(List<Running> all) {
    int longest = all.stream().mapToInt(each -> each.played.slow.length()).max().orElse(0);
    for (int at = 0; at < longest; at++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      for (Running each : all) {
        if (at < each.played.slow.length()) {
          sendOne(each, at);
        }
      }
    }
  }

  /** The agent may have ended the connection. */
  private static void sendOne(Running running, int at) {
    try {
      write(running.speaker(), running.played.slow.substring(at, at + 1));
    } catch (IOException _) {
      // what the client got tells
    }
  }

  /** What the client gets up to the end or a reset. */
  private static String readAll(Running running) {
    StringBuilder got = new StringBuilder();
    try {
      running.server.shutdownOutput();
      for (int octet = running.client.getInputStream().read();
          octet >= 0;
          octet = running.client.getInputStream().read()) {
        got.append((char) octet);
      }
    } catch (IOException _) {
      return got.toString();
    }
    return got.toString();
  }

  private static String read(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
