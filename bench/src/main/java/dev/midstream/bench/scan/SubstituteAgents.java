package dev.midstream.bench.scan;

import dev.midstream.agents.substitute.SubstituteProvider;
import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.settings.Problems;
import dev.midstream.modcmd.settings.SettingsNode;
import dev.midstream.modcmd.settings.SettingsNode.Mapping;
import dev.midstream.modcmd.settings.SettingsNode.Scalar;
import dev.midstream.modcmd.settings.SettingsNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Substitute agents for what clients send, made as a configuration makes them. */
public final class SubstituteAgents {
  private static final String WHERE = "bench:1";

  /** Strings one would look for; none of them stands in the sample text. */
  private static final List<String> ABSENT =
      List.of(
          "Hello again",
          "internal.example.net",
          "password=",
          "X-Forwarded-For:",
          "secret",
          "Set-Cookie: session",
          "user@example.org",
          "192.168.17.4",
          "ftp://",
          "Authorization: Basic",
          "Server: nginx",
          "confidential",
          "admin.php",
          "token=",
          "Location: http://",
          "charset=latin1",
          "debug=true",
          "Proxy-Connection",
          "beta-feature",
          "wss://live");

  private SubstituteAgents() {}

  /** Looks for {@code count} strings that {@link dev.midstream.bench.frame.SampleText} has not. */
  public static Agent<?> ofAbsent(int count) {
    List<SettingsNode> pairs = new ArrayList<>();
    for (String find : ABSENT.subList(0, count)) {
      pairs.add(pair(find, "replaced"));
    }
    return of(pairs);
  }

  /** Replaces one string by another. */
  public static Agent<?> replacing(String find, String replacement) {
    return of(List.of(pair(find, replacement)));
  }

  private static Agent<?> of(List<SettingsNode> pairs) {
    SettingsNode settings = mapping("client-to-server", new Sequence(pairs, WHERE));
    Problems problems = new Problems();
    Agent<?> agent = new SubstituteProvider().create(settings, WHERE, problems);
    if (agent == null) {
      throw new IllegalStateException("agent refused: " + problems.lines());
    }
    return agent;
  }

  private static SettingsNode pair(String find, String replacement) {
    Mapping pair = mapping("find", new Scalar(find, WHERE));
    pair.entries().put("replace", new Scalar(replacement, WHERE));
    return pair;
  }

  private static Mapping mapping(String key, SettingsNode value) {
    return new Mapping(new LinkedHashMap<>(Map.of(key, value)), WHERE);
  }
}
