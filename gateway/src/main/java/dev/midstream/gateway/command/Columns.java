package dev.midstream.gateway.command;

import java.util.ArrayList;
import java.util.List;

/** Rows of equal length as lines, in which each column begins at the same place. */
public final class Columns {
  private static final int GAP = 2;

  private Columns() {}

  /**
   * The lines of rows.
   *
   * @param rows at least one
   */
  public static List<String> lines(List<List<String>> rows) {
    int[] widths = widths(rows);
    List<String> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + GAP);
    }
    return line.toString().stripTrailing();
  }
}
