package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Records what real clients and servers of HTTP say to each other, without the box; {@code
 * HttpDialogueTest} replays what is kept.
 */
@Tag("live")
final class LiveHttpDialoguesTest {
  private static final Path KEPT =
      Path.of("../agents-http/src/test/resources/dev/midstream/agents/http/dialogues");
  private static final String PLACE = "127.0.0.1:" + DialogueRecorder.PORT;
  private static final String SMALL = "http://" + PLACE + "/small.txt";

  @TempDir private Path directory = Path.of("");

  /** What clients do: options of curl, or what {@link #talk} does. */
  enum Dialogue {
    CURL_TWICE(SMALL, "http://" + PLACE + "/none"),
    CURL_HEAD("-I", SMALL),
    CURL_OLD("--http1.0", SMALL),
    CURL_RANGE("-r", "3-9", SMALL),
    CURL_CONDITIONAL("-H", "If-None-Match: *", SMALL, SMALL),
    CURL_GZIP("--compressed", "http://" + PLACE + "/zipped/small.txt"),
    CURL_CHUNKED("http://" + PLACE + "/chunked/small.txt"),
    CURL_POST("-d", "a=b", "http://" + PLACE + "/echo"),
    CURL_UPLOAD("-T", "up", "-H", "Expect: 100-continue", "http://" + PLACE + "/put/up"),
    CURL_CHUNKED_UPLOAD(
        "-T", "up", "-H", "Transfer-Encoding: chunked", "http://" + PLACE + "/put/up"),
    JDK_HTTP_1(),
    JDK_HTTP_2(),
    JDK_WEB_SOCKET();

    @SuppressWarnings("ImmutableEnumChecker") // the list is an immutable copy
    private final List<String> options;

    Dialogue(String... options) {
      this.options = List.of(options);
    }
  }

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-59 dialogues of real clients and servers can be recorded again")
  void records(HttpServer.Kind kind) throws IOException {
    kind.assumeInstalled();
    FtpServer.share(directory);
    Files.writeString(directory.resolve("up"), "an upload\n");
    try (Namespace namespace = Namespace.make();
        WebSocketEcho echo = WebSocketEcho.start(namespace);
        HttpServer server = HttpServer.start(kind, namespace, directory)) {
      assertThat(echo).isNotNull();
      Files.writeString(directory.resolve("root").resolve("small.txt"), HttpSite.LINE);
      for (Dialogue dialogue : Dialogue.values()) {
        List<String> lines =
            DialogueRecorder.record(namespace, HttpServer.PORT, () -> speak(namespace, dialogue));
        assertThat(server.isRunning()).isTrue();
        assertThat(lines).as(dialogue.name()).anyMatch(line -> line.startsWith("S HTTP/1."));
        String origin = kind.version() + ", " + version(dialogue) + "; " + dialogue;
        DialogueRecorder.keep(KEPT, kind + "-" + dialogue, origin, lines);
      }
    }
  }

  private Dialogue speak(Namespace namespace, Dialogue dialogue) throws IOException {
    if (dialogue.options.isEmpty()) {
      assertThat(namespace.call(() -> talk(dialogue))).isNotEmpty();
    } else {
      List<String> command = new ArrayList<>(List.of("curl", "-sS", "-m", "10"));
      for (String option : dialogue.options) {
        command.add(option.equals("up") ? directory.resolve("up").toString() : option);
        if (option.startsWith("http:")) {
          command.addAll(List.of("-o", "/dev/null"));
        }
      }
      assertThat(namespace.output(command.toArray(String[]::new))).doesNotContain("curl:");
    }
    return dialogue;
  }

  private static String talk(Dialogue dialogue) throws Exception {
    HttpClient.Version version =
        dialogue == Dialogue.JDK_HTTP_1 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2;
    try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
      if (dialogue == Dialogue.JDK_WEB_SOCKET) {
        return webSocket(client);
      }
      HttpRequest get = HttpRequest.newBuilder(URI.create(SMALL)).build();
      HttpResponse<String> got = client.send(get, BodyHandlers.ofString());
      HttpRequest post =
          HttpRequest.newBuilder(URI.create("http://" + PLACE + "/echo"))
              .POST(BodyPublishers.ofString("a body"))
              .build();
      return got.body() + client.send(post, BodyHandlers.ofString()).body();
    }
  }

  private static String webSocket(HttpClient client) throws Exception {
    CompletableFuture<String> text = new CompletableFuture<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.complete(data.toString());
            return CompletableFuture.completedStage(null);
          }
        };
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://" + PLACE + "/ws"), listener)
            .get(10, TimeUnit.SECONDS);
    var ignored = socket.sendText("a text", true);
    String got = text.get(10, TimeUnit.SECONDS);
    socket.abort();
    return got;
  }

  private static String version(Dialogue dialogue) throws IOException {
    return dialogue.options.isEmpty()
        ? "JDK " + Runtime.version()
        : Programs.firstLine("curl", "--version");
  }
}
