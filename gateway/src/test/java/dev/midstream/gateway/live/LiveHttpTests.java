package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.HttpSite.LINE;
import static dev.midstream.gateway.live.HttpSite.edited;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real HTTP clients and one real server, with the agent between them. */
@Tag("live")
@TestInstance(Lifecycle.PER_CLASS)
abstract class LiveHttpTests {
  private static final int LARGE_LINES = 1_750_000;
  private static final int SHOWN = 4;
  private static final int SILENCE_MILLIS = 300;
  private static final int ANSWER_BYTES = 4_096;
  private static final int TIMEOUT_MILLIS = 2_000;

  private final HttpServer.Kind kind;
  private Path directory = Path.of("");
  private HttpSite site;

  LiveHttpTests(HttpServer.Kind kind) {
    this.kind = kind;
  }

  @BeforeAll
  void start(@TempDir Path place) throws IOException {
    Live.assumeNamespaces();
    kind.assumeInstalled();
    directory = place;
    site = new HttpSite(kind, directory, HttpSite.CONFIGURATION);
  }

  @AfterAll
  void stop() {
    if (site != null) {
      site.close();
    }
  }

  private static String url(String path) {
    return "http://" + Network.SERVER + path;
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, "[" + Network.SERVER_6 + "]"})
  @DisplayName("OWN-3 requests share a connection, whether they are denied, edited or neither")
  void sharesConnection(String host) throws IOException {
    String url = "http://" + host;
    String output =
        site.curl(
            "-w",
            "connects=%{num_connects} code=%{http_code}\n",
            url + "/small.txt",
            url + "/admin",
            url + "/zipped/small.txt",
            url + "/none");
    assertThat(output)
        .startsWith(
            edited(LINE)
                + "connects=1 code=200\nNot here.connects=0 code=403\n"
                + edited(LINE)
                + "connects=0 code=200\n")
        .endsWith("connects=0 code=404\n");
  }

  @Test
  @DisplayName("OWN-3 the head says what became of the body")
  void editsHeads() throws IOException {
    String head = site.curl("-D", "-", url("/small.txt")).toLowerCase(Locale.ROOT);
    assertThat(head)
        .contains("\r\nserver: web\r\n", "\r\netag: w/\"", "content-length: " + LINE.length())
        .doesNotContain(kind.name().toLowerCase(Locale.ROOT), "accept-ranges");
    assertThat(site.curl("-I", url("/small.txt")).toLowerCase(Locale.ROOT))
        .contains("\r\netag: w/\"")
        .doesNotContain("content-length");
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, "[" + Network.SERVER_6 + "]"})
  @DisplayName("OWN-3 gzip is edited")
  void editsGzip(String host) throws IOException {
    String url = "http://" + host + "/zipped/small.txt";
    String output = site.curl("--compressed", "-D", "-", url);
    assertThat(output).contains("Content-Encoding: gzip").endsWith(edited(LINE));
  }

  @Test
  @DisplayName("OWN-3 a counted body of 100 MB is edited")
  void editsLargeBodies() throws IOException {
    editsLargeBodies(Network.SERVER, "/large.txt");
  }

  /** A text of 100 MB comes with its edits. */
  void editsLargeBodies(String host, String path) throws IOException {
    Files.writeString(site.root().resolve("large.txt"), LINE.repeat(LARGE_LINES));
    Path copy = directory.resolve("copy");
    String ignored = site.curl("-o", copy.toString(), "http://" + host + path);
    assertThat(Files.size(copy)).isEqualTo((long) LARGE_LINES * LINE.length());
    String expected = edited(LINE).strip();
    try (var lines = Files.lines(copy)) {
      assertThat(lines.allMatch(expected::equals)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, "[" + Network.SERVER_6 + "]"})
  @DisplayName("OWN-3 uploads pass, counted after 100 Continue and chunked, or are denied")
  void uploads(String host) throws IOException {
    List<String> codes = uploadCodes();
    boolean ignored = Files.deleteIfExists(site.root().resolve("copy"));
    Path up = directory.resolve("up");
    Files.writeString(up, LINE.repeat(50_000));
    String url = "http://" + host + "/put/copy";
    String code = "%{http_code}";
    assertThat(site.curl("-T", up.toString(), "-w", code, url)).endsWith(codes.get(0));
    assertThat(site.root().resolve("copy")).hasSameBinaryContentAs(up);
    String[] chunked = {"-T", up.toString(), "-H", "Transfer-Encoding: chunked", "-w", code, url};
    assertThat(site.curl(chunked)).endsWith(codes.get(1));
    String denied = "http://" + host + "/admin";
    assertThat(site.curl("-T", up.toString(), "-w", code, denied)).endsWith("403");
    assertThat(site.curl("-d", "a short body", "-w", code, denied, url))
        .startsWith("Not here.403")
        .endsWith(codes.get(2));
  }

  /** The codes for two uploads with PUT, and one with POST. */
  abstract List<String> uploadCodes();

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, "[" + Network.SERVER_6 + "]"})
  @DisplayName("OWN-3 the client of the JDK, which asks for HTTP/2, and WebSocket")
  void talksToJavaClient(String host) throws IOException {
    Map<String, Long> before = site.reasons();
    try (WebSocketEcho echo = WebSocketEcho.start(site.network().server())) {
      assertThat(echo).isNotNull();
      List<String> got = site.network().client().call(() -> talk(host));
      assertThat(got)
          .containsExactly(edited(LINE), "Not here.", edited(LINE), "HTTP_1_1", "the inner text");
    }
    Map<String, Long> since = site.reasons();
    before.forEach((reason, count) -> since.merge(reason, -count, Long::sum));
    assertThat(since)
        .containsEntry("http.denied-request", 1L)
        .containsEntry("http.removed-upgrade", 3L)
        .containsEntry("http.tunnel", 1L);
  }

  /** What the client hears from the server, and from the one behind it. */
  private static List<String> talk(String host) throws Exception {
    String url = "http://" + host;
    List<String> got = new ArrayList<>();
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String path : List.of("/small.txt", "/admin", "/zipped/small.txt")) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
        got.add(client.send(request, BodyHandlers.ofString()).body());
      }
      HttpRequest post =
          HttpRequest.newBuilder(URI.create(url + "/echo"))
              .POST(BodyPublishers.ofString("a body"))
              .build();
      HttpResponse<String> posted = client.send(post, BodyHandlers.ofString());
      got.add(posted.version().name());
      CompletableFuture<String> text = new CompletableFuture<>();
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(URI.create("ws://" + host + "/ws"), new Listener(text))
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

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, Network.SERVER_6})
  @DisplayName("C-59 no spelling of a request reaches what the server would show for it")
  void evasions(String host) throws IOException {
    List<String> requests = HttpEvasions.all();
    List<String> direct = site.network().server().call(() -> exchangeAll(host, requests));
    List<String> through = site.network().client().call(() -> exchangeAll(host, requests));
    assertThat(direct.stream().filter(each -> each.contains(HttpServer.SECRET)))
        .hasSizeGreaterThan(SHOWN);
    for (int i = 0; i < requests.size(); i++) {
      assertThat(through.get(i)).as(requests.get(i)).doesNotContain(HttpServer.SECRET);
    }
  }

  /** What comes back for each request, on a connection of its own; all of them at once. */
  private static List<String> exchangeAll(String host, List<String> requests) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<String>> answers = new ArrayList<>();
      for (String request : requests) {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.connect(new InetSocketAddress(host, 80), TIMEOUT_MILLIS);
        socket.getOutputStream().write(latin1(request));
      }
      for (Socket socket : sockets) {
        answers.add(CompletableFuture.supplyAsync(() -> read(socket), readers));
      }
      return answers.stream().map(CompletableFuture::join).toList();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
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
}
