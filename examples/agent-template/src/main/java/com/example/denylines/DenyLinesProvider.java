package com.example.denylines;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.Setting;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Creates the agent {@code deny-lines} from the settings of a rule. */
public final class DenyLinesProvider implements AgentProvider {
  private static final String WORDS = "words";
  private static final String REPLY = "reply";
  private static final String DENIED = "denied";

  @Override
  public String name() {
    return "deny-lines";
  }

  @Override
  public Agent<?> create(SettingsReader settings) {
    List<Octets> words = new ArrayList<>();
    for (SettingsNode node : settings.list(WORDS)) {
      SettingsNode.Scalar word = settings.scalar(WORDS, node);
      if (word != null && !StandardCharsets.US_ASCII.newEncoder().canEncode(word.text())) {
        settings.refuse(word, WORDS, "must be ASCII");
      } else if (word != null) {
        words.add(Octets.ofText(word.text().toLowerCase(Locale.ROOT)));
      }
    }
    if (words.isEmpty()) {
      settings.refuse(WORDS, "needs a word that denied lines begin with");
      return null;
    }
    return new DenyLinesAgent(words, reply(settings));
  }

  private static Octets reply(SettingsReader settings) {
    String text = Objects.requireNonNullElse(settings.text(REPLY), DENIED);
    Octets reply = Octets.ofText(text + "\n");
    if (text.contains("\n") || reply.length() > DenyLinesAgent.MAX_REPLY) {
      int most = DenyLinesAgent.MAX_REPLY - 1;
      settings.refuse(REPLY, "must be one line of at most " + most + " octets");
    }
    return reply;
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        new Setting(WORDS, "list of texts", "required", "lines that begin with one are denied"),
        new Setting(REPLY, "text", DENIED, "the line that the client gets in place of an answer"));
  }

  @Override
  public List<AgentReason> reasons() {
    return List.of(DenyLinesAgent.DENIED, DenyLinesAgent.LIMIT);
  }
}
