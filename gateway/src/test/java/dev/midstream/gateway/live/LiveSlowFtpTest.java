package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Network;
import dev.midstream.gateway.live.FtpEvasions.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the agent denies also if its octets come one by one, each after more than the hold time,
 * over IPv4 and IPv6 at once.
 */
@Tag("live")
final class LiveSlowFtpTest {
  private static final String SETTINGS =
      """
            read-only: true
            users: [ anonymous ]
            paths: { deny: /in, home: / }
            banner: hello
            system: none
            hide-features: [ MDTM ]
      """;
  private static final String HOLD_TIME = "60ms";
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int CONTROL_PORT = 21;
  private static final int RESPONDER_PORT = 22;
  private static final List<String> HOSTS = List.of(Network.SERVER, Network.SERVER_6);
  private static final String LOGIN = "USER anonymous\r\n";
  private static final String QUIT = "QUIT\r\n";

  /** The greeting, the reply to USER, and that to QUIT. */
  private static final int OTHER_REPLIES = 3;

  /**
   * What a server says octet by octet, after the greeting and a command.
   *
   * @param expected what the client gets of it
   */
  private record Reply(String command, String slow, String expected) {}

  private static final List<Reply> REPLIES =
      List.of(
          new Reply("PASV", "227 a (10,1,0,77,195,80)\r\n", "502 "),
          new Reply("PASV", "227 a\r\n", "502 "),
          new Reply("PASV", "227-a (10,1,0,2,195,80)\r\n227 b\r\n", "502 "),
          new Reply("PASV", "227 a (10,1,0,2,0,22)\r\n", "502 "),
          new Reply("EPSV", "229 a\r\n", "502 "),
          new Reply("SYST", "215 UNIX Type: L8\r\n", "215 none\r\n"),
          new Reply("FEAT", "211-a\r\n MDTM\r\n SIZE\r\n211 b\r\n", "211-a\r\n SIZE\r\n211 b\r\n"),
          new Reply("NOOP", "none\r\n", ""));

  @TempDir private Path directory = Path.of("");

  /**
   * What a client says after its login, of which {@code slow} comes octet by octet.
   *
   * @param codes of the replies
   */
  private record Case(String fast, String slow, List<String> codes) {
    static Case denied(String fast, String slow, String code) {
      return new Case(fast, slow, List.of(code));
    }

    /** The replies to the lines of a row, of which some may pass. */
    static Case of(Row row) {
      List<String> codes =
          IntStream.range(0, row.decisions().size())
              .mapToObj(i ->
                  row.decisions().get(i).equals(FtpEvasions.PASSES)
                      ? row.replies().get(i)
                      : row.decisions().get(i))
              .toList();
      return new Case("", row.sent(), codes);
    }
  }

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
    FtpServer.Kind.VSFTPD.assumeInstalled();
  }

  @Test
  @DisplayName("C-57 OWN-3 what comes one octet after each hold time is denied alike")
  void deniesSlowCommands() throws IOException {
    List<Case> cases =
        Stream.concat(
                others().stream(),
                FtpEvasions.rows().stream().filter(LiveSlowFtpTest::isDenied).map(Case::of))
            .toList();
    assertThat(cases).hasSizeGreaterThan(50);
    try (FtpSite site = start()) {
      Path other = Files.createDirectory(site.file().resolveSibling("x"));
      assertThat(other).isDirectory();
      site.network().client().call(() -> play(cases)).assertAll();
      assertThat(site.removable()).exists();
    }
  }

  @Test
  @DisplayName("C-57 OWN-3 what a server says one octet after each hold time is edited alike")
  void editsSlowReplies() throws IOException {
    try (FtpSite site = start();
        ServerSocket responder = listen(site.network().server())) {
      site.network().client().call(() -> answer(responder)).assertAll();
    }
  }

  private FtpSite start() throws IOException {
    String head =
        FtpSite.CONFIGURATION
            .replace("destination-port: 21", "destination-port: 21-" + RESPONDER_PORT)
            .replace("    settings:\n", "    hold-time: " + HOLD_TIME + "\n    settings:\n");
    return new FtpSite(FtpServer.Kind.VSFTPD, directory, "", head + SETTINGS);
  }

  private static ServerSocket listen(Namespace namespace) throws IOException {
    return namespace.call(() -> new ServerSocket(RESPONDER_PORT));
  }

  private static SoftAssertions answer(ServerSocket responder) throws IOException {
    List<Socket> clients = new ArrayList<>();
    List<Socket> servers = new ArrayList<>();
    SoftAssertions all = new SoftAssertions();
    try {
      List<Reply> replies = overBoth(REPLIES);
      for (int i = 0; i < replies.size(); i++) {
        Reply each = replies.get(i);
        Socket client = connect(hostOf(i, REPLIES), RESPONDER_PORT);
        clients.add(client);
        Socket server = responder.accept();
        servers.add(server);
        server.setTcpNoDelay(true);
        write(server, "220 secret\r\n");
        write(client, each.command + "\r\n");
        all.assertThat(readLine(server)).isEqualTo(each.command + "\r\n");
      }
      sendSlowly(replies.stream().map(Reply::slow).toList(), servers);
      for (int i = 0; i < replies.size(); i++) {
        Reply each = replies.get(i);
        servers.get(i).shutdownOutput();
        String got = readAll(clients.get(i));
        all.assertThat(got).as(each.slow).startsWith("220 hello\r\n" + each.expected);
        all.assertThat(got.lines().count())
            .as(each.slow)
            .isEqualTo(1 + each.expected.lines().count());
      }
    } finally {
      closeAll(clients);
      closeAll(servers);
    }
    return all;
  }

  /** Up to the end of a line. */
  private static String readLine(Socket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    while (!line.toString().endsWith("\n")) {
      line.append((char) socket.getInputStream().read());
    }
    return line.toString();
  }

  /** Up to the end or a reset. */
  private static String readAll(Socket socket) {
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    try {
      int octet = socket.getInputStream().read();
      while (octet >= 0) {
        got.write(octet);
        octet = socket.getInputStream().read();
      }
    } catch (IOException _) {
      // a reset ends it too
    }
    return got.toString(StandardCharsets.ISO_8859_1);
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket each : sockets) {
      each.close();
    }
  }

  private static boolean isDenied(Row row) {
    return !row.decisions().stream().allMatch(FtpEvasions.PASSES::equals);
  }

  private static List<Case> others() {
    return List.of(
        Case.denied("", "USER root\r\n", "530"),
        Case.denied("", "AUTH TLS\r\n", "534"),
        Case.denied("", "PORT 10,1,0,77,195,80\r\n", "500"),
        Case.denied("", "EPRT |1|10.1.0.77|50000|\r\n", "500"),
        Case.denied("", "DELE in/f\n", "502"),
        Case.denied("NOOP " + "x".repeat(4_090), "xxxx\r\n", "500"));
  }

  /** What is played over IPv4, and then the same over IPv6. */
  private static <T> List<T> overBoth(List<T> each) {
    return HOSTS.stream().flatMap(_ -> each.stream()).toList();
  }

  /** The server to which the one at {@code index} of {@link #overBoth} connects. */
  private static String hostOf(int index, List<?> each) {
    return HOSTS.get(index / each.size());
  }

  private static SoftAssertions play(List<Case> once) throws IOException {
    List<Case> cases = overBoth(once);
    List<Socket> sockets = new ArrayList<>();
    SoftAssertions all = new SoftAssertions();
    try {
      for (int i = 0; i < cases.size(); i++) {
        Socket socket = connect(hostOf(i, once), CONTROL_PORT);
        sockets.add(socket);
        write(socket, LOGIN + cases.get(i).fast);
      }
      sendSlowly(cases.stream().map(Case::slow).toList(), sockets);
      for (int i = 0; i < cases.size(); i++) {
        write(sockets.get(i), QUIT);
        byte[] said = sockets.get(i).getInputStream().readAllBytes();
        List<String> codes = FtpEvasions.codes(new String(said, StandardCharsets.ISO_8859_1));
        Case each = cases.get(i);
        all.assertThat(codes).as(each.slow).hasSize(each.codes.size() + OTHER_REPLIES);
        all.assertThat(codes).as(each.slow).containsSequence(each.codes).endsWith("221");
      }
    } finally {
      closeAll(sockets);
    }
    return all;
  }

  /** Sends to each socket its text, octet by octet, all at the same pace. */
  private static void sendSlowly(List<String> texts, List<Socket> sockets) throws IOException {
    int longest = texts.stream().mapToInt(String::length).max().orElse(0);
    for (int at = 0; at < longest; at++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      for (int i = 0; i < texts.size(); i++) {
        if (at < texts.get(i).length()) {
          write(sockets.get(i), texts.get(i).substring(at, at + 1));
        }
      }
    }
  }

  private static Socket connect(String host, int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
