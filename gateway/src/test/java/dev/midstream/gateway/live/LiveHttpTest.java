package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real HTTP clients and a real server, with the agent between them. */
@Tag("live")
final class LiveHttpTest {
  private static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      default-action: drop
      rules:
        - name: web
          match: { destination-port: [ 80, 81 ] }
          agent: http
          settings:
            requests: [ { path: /admin, page: "Not here." } ]
            response-fields: { set: [ { field: Server, value: web } ] }
            replace: [ { find: inner, replace: outer } ]
      """;
  private static final String LINE =
      "0123456789 an inner text and more of it 0123456789 abcdefgh\n";
  private static final int LARGE_LINES = 1_750_000;
  private static final int SLOW_BYTES = 8;
  private static final int SHOWN = 10;
  private static final int SILENCE_MILLIS = 300;
  private static final int ANSWER_BYTES = 4_096;
  private static final int TIMEOUT_MILLIS = 2_000;

  @TempDir private Path directory = Path.of("");
  private Network network;
  private HttpServer server;
  private BoxProcess box;

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @BeforeEach
  void start() throws IOException {
    network = Network.make(1500);
    FtpServer.share(directory);
    Path root = Files.createDirectory(directory.resolve("root"));
    FtpServer.share(root);
    Files.writeString(root.resolve("small.txt"), LINE);
    server = HttpServer.start(network.server(), directory);
    box = Live.start(network, directory, CONFIGURATION);
  }

  @AfterEach
  void stop() {
    box.close();
    server.close();
    network.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, "[" + Network.SERVER_6 + "]"})
  @DisplayName("OWN-3 requests share a connection, whether they are denied, edited or neither")
  void sharesConnection(String host) throws IOException {
    String url = "http://" + host;
    String output =
        curl(
            "-g",
            "-w",
            "connects=%{num_connects} code=%{http_code}\n",
            url + "/small.txt",
            url + "/admin",
            url + "/chunked/small.txt",
            url + "/echo/x");
    assertThat(output)
        .isEqualTo(
            edited(LINE)
                + "connects=1 code=200\nNot here.connects=0 code=403\n"
                + edited(LINE)
                + "connects=0 code=200\npath=/echo/x method=GET\nconnects=0 code=200\n");
  }

  @Test
  @DisplayName("OWN-3 the head says what became of the body")
  void editsHeads() throws IOException {
    String head =
        curl("-D", "-", "http://" + Network.SERVER + "/small.txt").toLowerCase(Locale.ROOT);
    assertThat(head)
        .contains("\r\nserver: web\r\n", "\r\netag: w/\"", "content-length: " + LINE.length())
        .doesNotContain("nginx", "accept-ranges");
    assertThat(curl("-I", "http://" + Network.SERVER + "/small.txt").toLowerCase(Locale.ROOT))
        .contains("\r\netag: w/\"")
        .doesNotContain("content-length");
  }

  @Test
  @DisplayName("OWN-3 gzip is edited")
  void editsGzip() throws IOException {
    String output =
        curl("--compressed", "-D", "-", "http://" + Network.SERVER + "/zipped/small.txt");
    assertThat(output).contains("Content-Encoding: gzip").endsWith(edited(LINE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "chunked/"})
  @DisplayName("OWN-3 a body of 100 MB is edited, counted and chunked")
  void editsLargeBodies(String where) throws IOException {
    Path large = directory.resolve("root").resolve("large.txt");
    Files.writeString(large, LINE.repeat(LARGE_LINES));
    Path copy = directory.resolve("copy");
    curl("-o", copy.toString(), "http://" + Network.SERVER + "/" + where + "large.txt");
    assertThat(Files.size(copy)).isEqualTo((long) LARGE_LINES * LINE.length());
    try (var lines = Files.lines(copy)) {
      assertThat(lines.allMatch(line -> (line + "\n").equals(edited(LINE)))).isTrue();
    }
  }

  @Test
  @DisplayName("OWN-3 an upload passes after 100 Continue")
  void uploads() throws IOException {
    Path up = directory.resolve("up");
    Files.writeString(up, LINE.repeat(50_000));
    String url = "http://" + Network.SERVER + "/put/copy";
    assertThat(curl("-T", up.toString(), "-w", "%{http_code}", url)).endsWith("201");
    assertThat(directory.resolve("root").resolve("copy")).hasSameBinaryContentAs(up);
    assertThat(curl("-T", up.toString(), "-H", "Transfer-Encoding: chunked", url)).isEmpty();
    assertThat(
            curl("-T", up.toString(), "-w", "%{http_code}", "http://" + Network.SERVER + "/admin"))
        .endsWith("403");
  }

  @Test
  @DisplayName("OWN-3 the client of the JDK, and WebSocket")
  void talksToJavaClient() throws IOException {
    try (WebSocketEcho echo = WebSocketEcho.start(network.server())) {
      assertThat(echo).isNotNull();
      List<String> got = network.client().call(LiveHttpTest::talk);
      assertThat(got).containsExactly(edited(LINE), "Not here.", edited(LINE), "the inner text");
    }
    assertThat(new Node(network.box(), box).reasons())
        .containsEntry("http.denied-request", 1L)
        .containsEntry("http.tunnel", 1L);
  }

  private static List<String> talk() throws Exception {
    List<String> got = new ArrayList<>();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (String path : List.of("/small.txt", "/admin", "/chunked/small.txt")) {
        URI uri = URI.create("http://" + Network.SERVER + path);
        got.add(client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body());
      }
      CompletableFuture<String> text = new CompletableFuture<>();
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create("ws://" + Network.SERVER + ":" + WebSocketEcho.PORT + "/ws"),
                  new Listener(text))
              .get(10, TimeUnit.SECONDS);
      var ignored = socket.sendText("the inner text", true);
      got.add(text.get(10, TimeUnit.SECONDS));
      socket.abort();
    }
    return got;
  }

  private record Listener(CompletableFuture<String> text) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.complete(data.toString());
      return CompletableFuture.completedStage(null);
    }
  }

  @Test
  @DisplayName("C-59 no spelling of a request reaches what nginx would show for it")
  void evasions() throws IOException {
    List<String> requests = HttpEvasions.all();
    List<String> direct = network.server().call(() -> exchangeAll(requests));
    List<String> through = network.client().call(() -> exchangeAll(requests));
    assertThat(direct.stream().filter(each -> each.contains(HttpServer.SECRET)))
        .hasSizeGreaterThan(SHOWN);
    for (int i = 0; i < requests.size(); i++) {
      assertThat(through.get(i)).as(requests.get(i)).doesNotContain(HttpServer.SECRET);
    }
  }

  /** What comes back for each request, on a connection of its own; all of them at once. */
  private static List<String> exchangeAll(List<String> requests) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    try {
      for (String request : requests) {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.connect(new InetSocketAddress(Network.SERVER, 80), TIMEOUT_MILLIS);
        socket.getOutputStream().write(latin1(request));
      }
      for (Socket socket : sockets) {
        answers.add(read(socket));
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    return answers;
  }

  @Test
  @DisplayName("C-59 a request that comes slowly is decided alike")
  void slowly() throws IOException {
    String request = "GET /admin HTTP/1.1\r\nHost: h\r\n\r\n";
    String answer =
        network
            .client()
            .call(() -> {
              try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(Network.SERVER, 80), TIMEOUT_MILLIS);
                for (int at = 0; at < request.length(); at += SLOW_BYTES) {
                  int end = Math.min(request.length(), at + SLOW_BYTES);
                  socket.getOutputStream().write(latin1(request.substring(at, end)));
                  TimeUnit.MILLISECONDS.sleep(1_100);
                }
                return read(socket);
              }
            });
    assertThat(answer).startsWith("HTTP/1.1 403 ");
  }

  /** What comes back, until the server is silent or the end. */
  private static String read(Socket socket) {
    StringBuilder answer = new StringBuilder();
    try {
      socket.setSoTimeout(SILENCE_MILLIS);
      byte[] octets = new byte[ANSWER_BYTES];
      for (int count = socket.getInputStream().read(octets);
          count >= 0 && answer.length() < ANSWER_BYTES;
          count = socket.getInputStream().read(octets)) {
        answer.append(new String(octets, 0, count, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException _) {
      return answer.toString();
    }
    return answer.toString();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String edited(String text) {
    return text.replace("inner", "outer");
  }

  private String curl(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "--retry", "20", "--retry-connrefused", "-m", "60"));
    command.addAll(List.of(arguments));
    return network.client().output(command.toArray(String[]::new));
  }
}
