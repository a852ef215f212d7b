package dev.midstream.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the sources of all modules name ids: anywhere, and in the display names of tests. */
final class RuleMentions {
  private static final String STRING = "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"";
  private static final Pattern DISPLAY_NAME =
      Pattern.compile("@DisplayName\\(\\s*(" + STRING + "(?:\\s*\\+\\s*" + STRING + ")*)\\s*\\)");
  private static final Pattern STRING_OR_COMMENT =
      Pattern.compile(
          "\"\"\".*?\"\"\"|" + STRING + "|'(?:\\\\.|[^'\\\\])*+'|(//[^\n]*+|/\\*.*?\\*/)",
          Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("\\{@code[^}]*}");
  private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"");
  private static final Pattern SOURCE = Pattern.compile("src/(main|test)/java/.*[.]java$");

  private final List<Mention> mentions = new ArrayList<>();
  private final List<Mention> misspelt = new ArrayList<>();
  private final Map<String, Map<String, Integer>> tests = new HashMap<>();

  /** An id and the place that names it, {@code file:line}. */
  record Mention(String id, String place) {}

  /** Reads the sources below {@code tree}. */
  static RuleMentions below(Path tree) throws IOException {
    RuleMentions found = new RuleMentions();
    try (Stream<Path> modules = Files.list(tree)) {
      for (Path module : modules.filter(Files::isDirectory).sorted().toList()) {
        found.addModule(tree, module.resolve("src"));
      }
    }
    return found;
  }

  private void addModule(Path tree, Path sources) throws IOException {
    if (!Files.isDirectory(sources)) {
      return;
    }
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.sorted().toList()) {
        String name = tree.relativize(file).toString().replace('\\', '/');
        if (SOURCE.matcher(name).find()) {
          add(name, Files.readString(file));
        }
      }
    }
  }

  /** Reads the source {@code text} of the file {@code name}. */
  void add(String name, String text) {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String place = name + ":" + (i + 1);
      RuleIds.in(lines.get(i)).forEach(id -> mentions.add(new Mention(id, place)));
    }
    if (name.contains("src/test/")) {
      addDisplayNames(name, text);
    } else {
      addComments(name, text);
    }
  }

  /** Every mention in a source. */
  List<Mention> all() {
    return mentions;
  }

  /** What looks like an id in a display name or a main source's comment, in another spelling. */
  List<Mention> misspelt() {
    return misspelt;
  }

  /** How often the display names of each test class name {@code id}. */
  Map<String, Integer> testsOf(String id) {
    return tests.getOrDefault(id, Map.of());
  }

  private void addDisplayNames(String name, String text) {
    String type = name.replaceAll(".*/|[.]java$", "");
    Matcher matcher = DISPLAY_NAME.matcher(text);
    while (matcher.find()) {
      String shown = JOINT.matcher(matcher.group(1)).replaceAll("");
      for (String id : RuleIds.in(shown)) {
        tests.computeIfAbsent(id, any -> new TreeMap<>()).merge(type, 1, Integer::sum);
      }
      addMisspelt(shown, name, text, matcher.start());
    }
  }

  private void addComments(String name, String text) {
    Matcher matcher = STRING_OR_COMMENT.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        String comment = CODE.matcher(matcher.group(1)).replaceAll("");
        addMisspelt(comment, name, text, matcher.start());
      }
    }
  }

  private void addMisspelt(String part, String name, String text, int start) {
    long line = text.substring(0, start).chars().filter(character -> character == '\n').count() + 1;
    RuleIds.misspelt(part).forEach(id -> misspelt.add(new Mention(id, name + ":" + line)));
  }
}
