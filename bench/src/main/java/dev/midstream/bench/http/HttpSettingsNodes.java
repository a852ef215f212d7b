package dev.midstream.bench.http;

import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Settings of the agent, as they come from a configuration. */
final class HttpSettingsNodes {
  private static final String WHERE = "f:1";

  private HttpSettingsNodes() {}

  /** None: all is as by default. */
  static Mapping none() {
    return new Mapping(new LinkedHashMap<>(), WHERE);
  }

  /** Requests for a path are denied, and responses have another Server. */
  static Mapping denyingAndMasking() {
    Mapping set = of("field", scalar("Server"), "value", scalar("web"));
    return of(
        "requests",
        of("path", scalar("/admin"), "action", scalar("deny")),
        "response-fields",
        of("set", set, "remove", scalar("X-Powered-By")));
  }

  /** A text that is in no body is replaced by one of equal length. */
  static Mapping replacing() {
    return of(
        "replace",
        of("find", scalar("~absent~"), "replace", scalar("~other~!")),
        "replace-types",
        scalar("text/plain"));
  }

  private static Scalar scalar(String text) {
    return new Scalar(text, WHERE);
  }

  private static Mapping of(
      String firstKey, SettingsNode first, String secondKey, SettingsNode second) {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    entries.put(firstKey, first);
    entries.put(secondKey, second);
    return new Mapping(entries, WHERE);
  }
}
