package dev.midstream.agents.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.util.Objects;

/** Playbooks of agents with settings in flow style; see {@link Flow}. */
final class HttpPlaybook {
  private static final HttpProvider PROVIDER = new HttpProvider();

  private HttpPlaybook() {}

  static AgentPlaybook playbook(String settings) {
    return new AgentPlaybook(agent(settings)).declaring(PROVIDER.reasons());
  }

  static Agent<?> agent(String settings) {
    Problems problems = new Problems();
    SettingsReader reader = reader(settings, problems);
    Agent<?> agent = PROVIDER.create(reader);
    reader.refuseUnknownKeys();
    assertThat(problems.lines()).isEmpty();
    return Objects.requireNonNull(agent);
  }

  static SettingsReader reader(String settings, Problems problems) {
    return new SettingsReader("settings", Flow.parse(settings), problems);
  }

  /** A request without a body, for host h. */
  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }

  /** A response with a counted body. */
  static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  /** The agent's answer, with the connection going on. */
  static String page(int status) {
    return Page.of(status).octets(false, false).toLatin1();
  }

  /** The agent's last answer. */
  static String lastPage(int status) {
    return Page.of(status).octets(false, true).toLatin1();
  }
}
