package dev.midstream.agents.smtp;

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

/** Playbooks of agents with settings as {@code "key: value, section.key: one|two"}. */
final class SmtpPlaybook {
  static final String GREETING = "220 mx ready\r\n";
  static final String HELLO = "250-mx\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 8BITMIME\r\n";

  /** What the client gets before the first message in {@link #inSession}. */
  static final String BEFORE = GREETING + HELLO;

  private static final SmtpProvider PROVIDER = new SmtpProvider();
  private static final Opening OPENING = Opening.of(end(10, 0, 0, 1, 40_000), end(10, 0, 0, 2, 25));

  private SmtpPlaybook() {}

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

  /** The same after EHLO; what the client gets begins with {@link #BEFORE}. */
  static AgentPlaybook inSession(String settings) {
    return greeted(settings).clientSends("EHLO me\r\n").serverSends(HELLO);
  }

  /** The same inside the text of a message. */
  static AgentPlaybook inText(String settings) {
    return inSession(settings)
        .clientSends("MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n")
        .serverSends("250 ok\r\n250 ok\r\n354 go\r\n");
  }

  /** What the client has got there. */
  static final String BEFORE_TEXT = BEFORE + "250 ok\r\n250 ok\r\n354 go\r\n";

  /** What the server has got there. */
  static final String SENT_BEFORE_TEXT =
      "EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n";

  static Agent<?> agent(String settings) {
    Problems problems = new Problems();
    SettingsReader reader = reader(settings, problems);
    Agent<?> agent = PROVIDER.create(reader);
    reader.refuseUnknownKeys();
    assertThat(problems.lines()).isEmpty();
    return Objects.requireNonNull(agent);
  }

  static SmtpPolicy policy(String settings) {
    return Objects.requireNonNull(SmtpSettings.read(reader(settings, new Problems())));
  }

  static SettingsReader reader(String settings, Problems problems) {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    SequencedMap<String, SequencedMap<String, SettingsNode>> sections = new LinkedHashMap<>();
    for (String each : settings.isEmpty() ? new String[0] : settings.split(", ", -1)) {
      int colon = each.indexOf(':');
      String key = each.substring(0, colon);
      SettingsNode value = node(each.substring(colon + 1).strip());
      int dot = key.indexOf('.');
      if (dot < 0) {
        entries.put(key, value);
      } else {
        sections
            .computeIfAbsent(key.substring(0, dot), _ -> new LinkedHashMap<>())
            .put(key.substring(dot + 1), value);
      }
    }
    sections.forEach((key, section) -> entries.put(key, new Mapping(section, "f:3")));
    return new SettingsReader("settings", new Mapping(entries, "f:1"), problems);
  }

  private static SettingsNode node(String value) {
    List<SettingsNode> items = Stream.of(value.split("\\|", -1)).map(SmtpPlaybook::item).toList();
    return items.size() == 1 && !(items.getFirst() instanceof Mapping)
        ? items.getFirst()
        : new Sequence(items, "f:2");
  }

  /** A text, or a mapping written as {@code {key=value;key=value}}. */
  private static SettingsNode item(String text) {
    if (!text.startsWith("{")) {
      return new Scalar(text, "f:2");
    }
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    for (String each : text.substring(1, text.length() - 1).split(";", -1)) {
      int equals = each.indexOf('=');
      entries.put(each.substring(0, equals), new Scalar(each.substring(equals + 1), "f:4"));
    }
    return new Mapping(entries, "f:4");
  }

  static Endpoint end(int a, int b, int c, int d, int port) {
    return new Endpoint(Octets.of((byte) a, (byte) b, (byte) c, (byte) d), port);
  }
}
