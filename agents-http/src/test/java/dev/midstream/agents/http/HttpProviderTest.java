package dev.midstream.agents.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpProviderTest {
  private final HttpProvider provider = new HttpProvider();
  private final Problems problems = new Problems();

  @Test
  @DisplayName("OWN-4 is found as a service, like every agent")
  void isFoundAsService() {
    assertThat(ServiceLoader.load(AgentProvider.class))
        .anySatisfy(each -> assertThat(each.name()).isEqualTo("http"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{connect: maybe}#f:1: must be one of pass, deny, key=settings.connect",
        "{upgrades: [a b]}#f:1: must be a protocol such as websocket",
        "{requests: [{path: a}]}#f:1: must be a path from / on",
        "{requests: [{path: /a%2fb}]}#f:1: must be a path that all servers read alike",
        "{requests: [{action: redirect}]}#f:1: must be given for redirect",
        "{requests: [{status: 302}]}#f:1: must be one of [400, 403, 404",
        "{requests: [{action: redirect, location: /a, status: 403}]}#f:1: must be one of [301, 302",
        "{requests: [{status: 401}]}#f:1: must be one of",
        "{requests: [{page: a, page-type: html}]}#f:1: must be a media type",
        "{requests: [{page-type: text/html}]}#f:1: needs the key page",
        "{other-upgrades: keep}#f:1: must be one of remove, deny",
        "{requests: [{contains: a}]}#f:1: needs the key field",
        "{requests: [{host: a/b}]}#f:1: must be a host or *.host",
        "{requests: [{pth: /a}]}#f:1: unknown key, key=settings.requests.pth nearest=path",
        "{response-fields: {remove: Content-Length}}#f:1: must not be a field that frames",
        "{response-fields: {set: [{field: A}]}}#f:1: must be a value in ASCII",
        "{urls: [{inside: \"http://a\"}]}#f:1: must be a URL such as",
        "{replace: [{replace: a}]}#f:1: must have 1 to 256 characters",
        "{replace-types: text}#f:1: must be a media type",
        "{head-bytes: 1}#f:1: must be from 256 to 64KiB",
        "{pipelined-requests: 0}#f:1: must be from 1 to 256",
        "{denial-bytes: 8191}#f:1: must be from 8KiB to 1MiB",
        "{denial-bytes: 1048577}#f:1: must be from 8KiB to 1MiB",
        "{requests: [{page: a, page-type: text/LONG}]}#f:1: must be a media type",
        "{conect: pass}#f:1: unknown key, key=settings.conect nearest=connect"
      })
  @DisplayName("OWN-4 every mistake in the settings is named with its place")
  void namesMistakes(String settings, String message) {
    String given = settings.replace("LONG", "x".repeat(65));
    SettingsReader reader = HttpPlaybook.reader(given, problems);
    var ignored = provider.create(reader);
    reader.refuseUnknownKeys();
    assertThat(problems.lines()).singleElement().asString().startsWith(message);
  }

  @Test
  @DisplayName("OWN-4 the page of the agent has every setting with kind and default")
  void everySettingIsDocumented() throws IOException {
    String page = Files.readString(Path.of("../docs/http.md"));
    for (Setting setting : provider.settings()) {
      assertThat(page).contains("| `" + setting.name() + "` | ");
    }
    SettingsReader reader = HttpPlaybook.reader("{}", problems);
    assertThat(provider.create(reader)).isNotNull();
    assertThat(provider.settings())
        .allSatisfy(each -> assertThat(reader.node(each.name())).isNull());
  }

  @Test
  @DisplayName("OWN-4 the longest answer that settings can give fits the least denial-bytes")
  void longestAnswerFits() {
    String rule =
        "{action: redirect, location: %s, page-type: text/%s, page: %s}"
            .formatted("l".repeat(1_024), "t".repeat(64), "p".repeat(4_096));
    String settings = "{denial-bytes: 8192, requests: [" + rule + "]}";
    String answer =
        HttpPlaybook.playbook(settings)
            .clientSends(HttpPlaybook.get("/a"))
            .playWhole()
            .serverToClient()
            .toLatin1();
    assertThat(answer).startsWith("HTTP/1.1 302 Found\r\n").endsWith("p".repeat(4_096));
  }

  @Test
  @DisplayName("LD-12 a damaged state is refused")
  void refusesDamagedState() {
    SpyAgent agent = new SpyAgent("");
    byte[] octets = agent.codec().encode(agent.newConnection());
    octets[octets.length - 1] = 7;
    assertThatThrownBy(() -> agent.codec().decode(1, octets))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> agent.codec().decode(2, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
