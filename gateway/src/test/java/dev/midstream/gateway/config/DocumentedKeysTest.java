package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares docs/configuration.md with the keys that the program reads. */
class DocumentedKeysTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z.\\[\\]-]+)` \\| [^|]+ \\| ([^|]+) \\| ", Pattern.MULTILINE);
  private static final List<String> SECTIONS =
      List.of(
          "out-of-order",
          "limits",
          "fragments",
          "timeouts",
          "port",
          "plugins",
          "fast-path",
          "admin",
          "events");
  private static final List<String> SETTINGS =
      List.of("client-to-server", "server-to-client", "ignore-case", "whole-words", "limit");

  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("every key is documented, and every documented key exists")
  void documentsEveryKey() throws IOException {
    List<String> known = new ArrayList<>(knownKeys("", "zzzzzzzzzzzz: 1"));
    assertThat(known).containsAll(SECTIONS).contains("cluster");
    known.removeAll(SECTIONS);
    known.remove("cluster");
    for (String section : SECTIONS) {
      known.addAll(knownKeys(section + ".", section + ": {zzzzzzzzzzzz: 1}"));
    }
    known.addAll(knownKeys("cluster.", clusterWith("", ", zzzzzzzzzzzz: 1")));
    known.addAll(knownKeys("cluster.tls.", clusterWith(", zzzzzzzzzzzz: 1", "")));
    for (String section : List.of("cluster.dispatch", "cluster.code")) {
      String text = ", " + section.substring("cluster.".length()) + ": {zzzzzzzzzzzz: 1}";
      known.addAll(knownKeys(section + ".", clusterWith("", text)));
    }
    known.removeAll(List.of("cluster.tls", "cluster.dispatch", "cluster.code"));
    known.addAll(knownKeys("rules[].", "rules: {action: drop, zzzzzzzzzzzz: 1}"));
    known.addAll(knownKeys("rules[].match.", "rules: {action: drop, match: {zzzzzzzzzzzz: 1}}"));

    assertThat(documented().keySet()).containsExactlyElementsOf(new TreeSet<>(known));
  }

  @Test
  @DisplayName("every documented default, written out, changes nothing")
  void documentsCorrectDefaults() throws Exception {
    Configuration without = LoadedText.load(directory, "");
    int checked = 0;
    for (var key : documented().entrySet()) {
      if (!key.getValue().startsWith("`") || key.getKey().startsWith("rules")) {
        continue;
      }
      String value = key.getValue().replace("`", "");
      boolean isOfCluster = key.getKey().startsWith("cluster.");
      String text =
          isOfCluster
              ? clusterWith("", ", " + nested(key.getKey().substring(8), value))
              : key.getKey().contains(".")
                  ? key.getKey().replace(".", ": {") + ": " + value + "}"
                  : key.getKey() + ": " + value;
      Configuration configuration = LoadedText.load(directory, text);

      Configuration defaults =
          isOfCluster ? LoadedText.load(directory, clusterWith("", "")) : without;
      assertThat(configuration)
          .as(text)
          .usingRecursiveComparison()
          .ignoringFields("midStreamNamed", "admin.named", "cluster.settings.configuration")
          .isEqualTo(defaults);
      checked++;
    }
    assertThat(checked).isGreaterThan(15);
  }

  /** A cluster with what it needs, and more keys of its certificate and of its own. */
  private static String clusterWith(String tls, String more) {
    return "cluster: {node: n1, bind: '10.9.0.1:7800', tls: {authority: a, certificate: b, key: c%s}%s}"
        .formatted(tls, more);
  }

  private static String nested(String key, String value) {
    int dot = key.indexOf('.');
    return dot < 0
        ? key + ": " + value
        : key.substring(0, dot) + ": {" + key.substring(dot + 1) + ": " + value + "}";
  }

  private List<String> knownKeys(String path, String text) throws IOException {
    String problem = LoadedText.problems(directory, text).getFirst();
    assertThat(problem).contains("unknown key", " known=");
    return List.of(problem.substring(problem.indexOf("known=") + 6).split(",")).stream()
        .map(key -> path + key)
        .toList();
  }

  /** The documented keys with their documented defaults. */
  private static SortedMap<String, String> documented() throws IOException {
    String text = Files.readString(Path.of("../docs/configuration.md"));
    SortedMap<String, String> keys = new TreeMap<>();
    Matcher row = ROW.matcher(text);
    while (row.find()) {
      if (!SETTINGS.contains(row.group(1))) {
        keys.put(row.group(1), row.group(2).strip());
      }
    }
    return keys;
  }
}
