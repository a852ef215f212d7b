package dev.midstream.testkit.playbook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows of a table in a page of documentation that a test runs. The first cell of such a row is code
 * for octets, in which {@code \r}, {@code \n}, {@code \t}, {@code \|} and {@code \x00} stand for
 * one octet each.
 */
public final class DocumentedRows {
  private static final Pattern ROW = Pattern.compile("^\\| `(.*)` \\| (.*) \\|$");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(x[0-9a-f]{2}|[rnt|])");
  private static final int HEX = 16;

  private DocumentedRows() {}

  /**
   * The rows below a heading, each as its cells. Those with code are octets, with one character for
   * each.
   *
   * @param page a file of Markdown
   * @param heading the text of the heading, without number signs
   * @throws IOException if the page cannot be read
   */
  public static List<List<String>> under(Path page, String heading) throws IOException {
    List<String> lines = Files.readAllLines(page);
    int start = 0;
    while (start < lines.size() && !lines.get(start).matches("#+ " + Pattern.quote(heading))) {
      start++;
    }
    List<String> section = lines.subList(Math.min(lines.size(), start + 1), lines.size());
    return section.stream()
        .takeWhile(line -> !line.startsWith("#"))
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(row -> cells(row.group()))
        .toList();
  }

  private static List<String> cells(String row) {
    String inner = row.substring("| ".length(), row.length() - " |".length());
    return List.of(inner.split("(?<!\\\\) ?\\| ?", -1)).stream().map(DocumentedRows::cell).toList();
  }

  private static String cell(String text) {
    boolean isCode = text.length() > 1 && text.startsWith("`") && text.endsWith("`");
    return isCode ? octets(text.substring(1, text.length() - 1)) : text;
  }

  private static String octets(String notation) {
    return ESCAPE
        .matcher(notation)
        .replaceAll(each -> Matcher.quoteReplacement(octet(each.group(1))));
  }

  private static String octet(String escape) {
    return switch (escape) {
      case "r" -> "\r";
      case "n" -> "\n";
      case "t" -> "\t";
      case "|" -> "|";
      default -> String.valueOf((char) Integer.parseInt(escape, 1, escape.length(), HEX));
    };
  }
}
