package dev.midstream.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page that explains rules by their ids, and names the tests of each in a table at its end.
 *
 * <p>A rule is a heading or the row of a table that starts with its id; that of a law is a heading
 * such as {@code ### Law 3: honesty}. The table of tests follows the heading {@code ## Tests} and
 * has one row for each rule.
 */
final class RulePage {
  /** Beyond it only the tests that name the id most often are listed. */
  static final int MAX_TESTS = 6;

  private static final String TESTS_HEADING = "## Tests";
  private static final String OPEN = "open: ";
  private static final String NO_TEST = OPEN + "no test";
  private static final String ID = "[A-Z]+-\\d+";
  private static final Pattern RULE =
      Pattern.compile("^(?:#+|\\|) (" + ID + ")(?: .*|$)|^#+ (Law \\d+): .*");
  private static final Pattern ROW = Pattern.compile("^\\| (" + ID + "|law \\d+) \\| (.*) \\|$");

  private final Path file;
  private final List<String> lines;

  /** A row of the table of tests: its id, its place {@code file:line}, and its last cell. */
  record Row(String id, String place, String cell) {}

  private RulePage(Path file, List<String> lines) {
    this.file = file;
    this.lines = lines;
  }

  /** Reads {@code file}. */
  static RulePage read(Path file) throws IOException {
    return of(file, Files.readString(file));
  }

  /** The page with the content {@code text}, which belongs into {@code file}. */
  static RulePage of(Path file, String text) {
    return new RulePage(file, new ArrayList<>(text.lines().toList()));
  }

  /** The ids of the rules in their order. */
  List<String> rules() {
    return lines.subList(0, testsStart()).stream()
        .map(RULE::matcher)
        .filter(Matcher::matches)
        .map(RulePage::id)
        .toList();
  }

  /** The rows of the table of tests in their order. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = testsStart(); i < lines.size(); i++) {
      Matcher row = ROW.matcher(lines.get(i));
      if (row.matches()) {
        rows.add(new Row(row.group(1), place(i), row.group(2)));
      }
    }
    return rows;
  }

  /** Every id that the page names, with its place. */
  List<RuleMentions.Mention> mentions() {
    List<RuleMentions.Mention> mentions = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String place = place(i);
      RuleIds.in(lines.get(i)).forEach(id -> mentions.add(new RuleMentions.Mention(id, place)));
    }
    return mentions;
  }

  /**
   * What the last cell of a row must say: the tests of its id, and what the cell says to be open.
   * Empty if there is neither.
   */
  static String expectedCell(String cell, Map<String, Integer> tests) {
    String shown = listed(tests);
    int at = cell.indexOf(OPEN);
    String open = at < 0 ? "" : cell.substring(at);
    if (shown.isEmpty()) {
      return open;
    }
    return open.isEmpty() || open.equals(NO_TEST) ? shown : shown + "; " + open;
  }

  /** Writes the table of tests anew, in the order of the rules; a rule without tests is open. */
  void update(RuleMentions sources) {
    List<Row> rows = rows();
    lines.subList(testsStart(), lines.size()).clear();
    lines.addAll(List.of(TESTS_HEADING, "", "| id | tests |", "|---|---|"));
    for (String id : rules()) {
      String cell =
          rows.stream().filter(row -> row.id().equals(id)).map(Row::cell).findFirst().orElse("");
      String expected = expectedCell(cell, sources.testsOf(id));
      lines.add("| " + id + " | " + (expected.isEmpty() ? NO_TEST : expected) + " |");
    }
  }

  /** Writes the page to its file. */
  void write() throws IOException {
    Files.writeString(file, text());
  }

  /** The content. */
  String text() {
    return String.join("\n", lines) + "\n";
  }

  private static String id(Matcher rule) {
    return rule.group(1) != null ? rule.group(1) : rule.group(2).toLowerCase(Locale.ROOT);
  }

  private int testsStart() {
    int start = lines.indexOf(TESTS_HEADING);
    return start < 0 ? lines.size() : start;
  }

  private String place(int line) {
    return file.getFileName() + ":" + (line + 1);
  }

  /** The tests in the order of their names; of too many, those with the most mentions. */
  private static String listed(Map<String, Integer> tests) {
    List<String> shown =
        tests.entrySet().stream()
            .sorted(
                Comparator.comparingInt((Map.Entry<String, Integer> test) -> -test.getValue())
                    .thenComparing(Map.Entry::getKey))
            .limit(MAX_TESTS)
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    int more = tests.size() - shown.size();
    return String.join(", ", shown) + (more > 0 ? " and " + more + " more" : "");
  }
}
