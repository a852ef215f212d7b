package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.http.HttpProvider;
import dev.midstream.testkit.playbook.AgentFuzz;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.Outcome;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/** What both ends send, for the agent of HTTP: as it is by default, and with edits. */
class HttpFuzzTest {
  private static final HttpProvider PROVIDER = new HttpProvider();
  private static final Mapping DENIED = mapping("path", text("/admin"), "action", text("deny"));
  private static final Agent<?> STRICT =
      agent(mapping("requests", DENIED, "upgrades", text("none")));
  private static final Agent<?> EDITING =
      agent(
          mapping(
              "requests",
              DENIED,
              "replace",
              mapping("find", text("ab"), "replace", text("longer"))));
  private static final int MAX_BYTES = 600;
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String DENIED_REQUEST = "GET /admin HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String UNASKED = "HTTP/1.1 298 x\r\nContent-Length: 0\r\n\r\n";
  private static final String RESET = "reset: a response is malformed";

  @FuzzTest
  @DictionaryFile(resourcePath = "http.dict")
  void decidesAnyOctetsWhateverTheCuts(byte[] input) {
    AgentFuzz.play(EDITING, PROVIDER.reasons(), input);
  }

  @FuzzTest
  void answersRequestsInTheirOrder(byte[] input) {
    HttpScript script = new HttpScript(input);
    AgentPlaybook playbook = playbook(STRICT);
    for (HttpScript.Part part : script.parts()) {
      Direction direction =
          part.isClient() ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
      playbook.sends(direction, Octets.ofLatin1(part.text()));
    }
    Outcome outcome =
        playbook
            .gets(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(script.toServer()))
            .gets(Direction.SERVER_TO_CLIENT, Octets.ofLatin1(script.toClient()))
            .playWhole();
    assertThat(outcome.ending()).isEmpty();
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "http.dict")
  void passesTheRequestsThatNettyFinds(byte[] input) {
    String sent = latin1(input);
    if (HttpBorders.mayHaveLargeChunk(sent)) {
      return;
    }
    Outcome asked = asked(sent, "");
    String reached = asked.clientToServer().toLatin1();
    List<HttpRequest> requests = HttpBorders.requests(reached);
    StringBuilder answers = new StringBuilder();
    for (int i = 0; i < requests.size(); i++) {
      assertThat(path(requests.get(i))).as(reached).isNotEqualTo(Path.of("/admin"));
      answers.append(requests.get(i).headers().contains("Expect") ? CONTINUE : "");
      answers.append("HTTP/1.1 299 x\r\nX-Number: " + i + "\r\nContent-Length: 0\r\n\r\n");
    }
    if (asked.ending().isEmpty() && !requests.isEmpty()) {
      Outcome answered = asked(sent, answers + UNASKED);
      boolean isOver = answered.reports().contains("finish: SERVER_TO_CLIENT");
      assertThat(answered.ending()).as(sent).isEqualTo(isOver ? "" : RESET);
      assertThat(answered.clientToServer().toLatin1()).isEqualTo(reached);
      assertThat(withoutPages(answered.serverToClient().toLatin1())).isEqualTo(answers.toString());
    }
  }

  private static Outcome asked(String sent, String answers) {
    return playbook(STRICT)
        .sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(sent))
        .serverSends(answers)
        .playWhole();
  }

  /** The path as a server would resolve it, up to its first name. */
  private static Path path(HttpRequest request) {
    String target = request.uri().replaceFirst("(?i)^https?://[^/?]*", "");
    Path path = Path.of("/" + new QueryStringDecoder(target).path()).normalize();
    return path.getNameCount() == 0 ? path : Path.of("/").resolve(path.getName(0));
  }

  private static String withoutPages(String text) {
    return text.replaceAll("HTTP/1.1 4[0-9]{2} (?s:.*?)\r\n\r\n(4[ -~]*\n)?", "");
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "http.dict")
  void findsTheResponsesThatNettyFinds(byte[] input) {
    String sent = latin1(input);
    if (HttpBorders.mayHaveLargeChunk(sent)) {
      return;
    }
    for (Agent<?> agent : List.of(STRICT, EDITING)) {
      for (int requests = 1; requests < 4; requests++) {
        Outcome outcome =
            playbook(agent)
                .clientSends(REQUEST.repeat(requests) + DENIED_REQUEST)
                .sends(Direction.SERVER_TO_CLIENT, Octets.ofLatin1(sent))
                .playWhole();
        String got = outcome.serverToClient().toLatin1();
        int page = got.indexOf(HttpScript.PAGE);
        int found = HttpBorders.finalResponses(page < 0 ? got : got.substring(0, page));
        assertThat(page >= 0).as(sent).isEqualTo(found == requests);
        if (outcome.ending().isEmpty() && page < 0) {
          int whole = HttpBorders.finalResponsesBeforeRefusal(sent);
          assertThat(whole).as("none is held back").isEqualTo(found);
        }
      }
    }
  }

  @FuzzTest
  @DictionaryFile(resourcePath = "http.dict")
  void editsNothingOfAnotherProtocol(byte[] input) {
    AnotherProtocol.play(STRICT, Direction.CLIENT_TO_SERVER, input);
  }

  private static String latin1(byte[] input) {
    int length = Math.min(input.length, MAX_BYTES);
    return new String(input, 0, length, StandardCharsets.ISO_8859_1);
  }

  private static AgentPlaybook playbook(Agent<?> agent) {
    return new AgentPlaybook(agent).declaring(PROVIDER.reasons());
  }

  private static Agent<?> agent(SettingsNode settings) {
    SettingsReader reader = new SettingsReader("", settings, new Problems());
    return Objects.requireNonNull(PROVIDER.create(reader));
  }

  private static Scalar text(String text) {
    return new Scalar(text, "f:1");
  }

  private static Mapping mapping(
      String firstKey, SettingsNode first, String secondKey, SettingsNode second) {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    entries.put(firstKey, first);
    entries.put(secondKey, second);
    return new Mapping(entries, "f:1");
  }
}
