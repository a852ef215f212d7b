package dev.midstream.agents.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.testkit.agent.ForwardingAgent;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Stream;

/** Playbooks of agents with settings as {@code "key: value, key: one|two"}. */
final class FtpPlaybook {
  static final String GREETING = "220 ready\r\n";
  private static final String PATHS = "paths.";
  private static final FtpProvider PROVIDER = new FtpProvider();
  private static final Opening OPENING = Opening.of(end(10, 0, 0, 1, 40_000), end(10, 0, 0, 2, 21));

  private FtpPlaybook() {}

  static AgentPlaybook playbook(String settings) {
    return new AgentPlaybook(agent(settings)).declaring(PROVIDER.reasons()).opening(OPENING);
  }

  /** The same where other protocols pass, for scripts in which nothing is denied. */
  static AgentPlaybook lenient(String settings) {
    return new AgentPlaybook(new Lenient<>(agent(settings)))
        .declaring(PROVIDER.reasons())
        .opening(OPENING);
  }

  /** An agent that does not say that it denies: without a rule that says more, others pass. */
  private static final class Lenient<S> extends ForwardingAgent<S> {
    Lenient(Agent<S> agent) {
      super(agent);
    }

    @Override
    public boolean denies() {
      return false;
    }
  }

  /** The same after the greeting; what the client gets must begin with {@link #GREETING}. */
  static AgentPlaybook greeted(String settings) {
    return playbook(settings).serverSends(GREETING);
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
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    SequencedMap<String, SettingsNode> paths = new LinkedHashMap<>();
    for (String each : settings.isEmpty() ? new String[0] : settings.split(", ", -1)) {
      int colon = each.indexOf(':');
      String key = each.substring(0, colon);
      SettingsNode value = node(each.substring(colon + 1).strip());
      if (key.startsWith(PATHS)) {
        paths.put(key.substring(PATHS.length()), value);
      } else {
        entries.put(key, value);
      }
    }
    if (!paths.isEmpty()) {
      entries.put("paths", new Mapping(paths, "f:3"));
    }
    return new SettingsReader("settings", new Mapping(entries, "f:1"), problems);
  }

  private static SettingsNode node(String value) {
    List<SettingsNode> items =
        Stream.of(value.split("\\|", -1))
            .<SettingsNode>map(text -> new Scalar(text, "f:2"))
            .toList();
    return items.size() == 1 ? items.getFirst() : new Sequence(items, "f:2");
  }

  static Endpoint end(int a, int b, int c, int d, int port) {
    return new Endpoint(Octets.of((byte) a, (byte) b, (byte) c, (byte) d), port);
  }
}
