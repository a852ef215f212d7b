package dev.midstream.agents.http;

import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Settings in the flow style of YAML: {@code {a: b, c: [d, "e, f"], g: {h: i}}}. */
final class Flow {
  private static final String WHERE = "f:1";
  private final String text;
  private int at;

  private Flow(String text) {
    this.text = text;
  }

  static SettingsNode parse(String text) {
    return new Flow(text.isEmpty() ? "{}" : text).node();
  }

  private SettingsNode node() {
    skipBlanks();
    return switch (text.charAt(at)) {
      case '{' -> mapping();
      case '[' -> sequence();
      default -> new Scalar(word(), WHERE);
    };
  }

  private SettingsNode mapping() {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    at++;
    while (!isNext('}')) {
      String key = word();
      at = text.indexOf(':', at) + 1;
      entries.put(key, node());
      boolean ignored = isNext(',');
    }
    return new Mapping(entries, WHERE);
  }

  private SettingsNode sequence() {
    List<SettingsNode> items = new ArrayList<>();
    at++;
    while (!isNext(']')) {
      items.add(node());
      boolean ignored = isNext(',');
    }
    return new Sequence(items, WHERE);
  }

  private String word() {
    skipBlanks();
    int start = at;
    if (text.charAt(at) == '"') {
      at = text.indexOf('"', start + 1) + 1;
      return text.substring(start + 1, at - 1);
    }
    while (",:]}".indexOf(text.charAt(at)) < 0 || isColonInside()) {
      at++;
    }
    return text.substring(start, at).strip();
  }

  private boolean isColonInside() {
    return text.charAt(at) == ':' && text.charAt(at + 1) != ' ';
  }

  private boolean isNext(char mark) {
    skipBlanks();
    boolean isIt = text.charAt(at) == mark;
    at += isIt ? 1 : 0;
    return isIt;
  }

  private void skipBlanks() {
    while (text.charAt(at) == ' ') {
      at++;
    }
  }
}
