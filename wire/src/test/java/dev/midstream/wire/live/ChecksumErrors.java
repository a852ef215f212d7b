package dev.midstream.wire.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The kernel's count of segments and datagrams with a wrong checksum. */
final class ChecksumErrors {
  private static final String COUNTER = "InCsumErrors";
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private ChecksumErrors() {}

  /** The count since the namespace was created, for IPv4 and IPv6 together. */
  static long in(NameSpace nameSpace) throws IOException {
    Path net = Path.of("/proc", Long.toString(nameSpace.pid()), "net");
    return perLine(Files.readAllLines(net.resolve("snmp6")))
        + perColumn(Files.readAllLines(net.resolve("snmp")));
  }

  /** Sums lines of a name and a number. */
  private static long perLine(List<String> lines) {
    long count = 0;
    for (String line : lines) {
      List<String> words = words(line);
      count += words.getFirst().endsWith(COUNTER) ? Long.parseLong(words.getLast()) : 0;
    }
    return count;
  }

  /** Sums pairs of lines, one with names and one with numbers. */
  private static long perColumn(List<String> lines) {
    long count = 0;
    for (int line = 0; line + 1 < lines.size(); line += 2) {
      int column = words(lines.get(line)).indexOf(COUNTER);
      count += column < 0 ? 0 : Long.parseLong(words(lines.get(line + 1)).get(column));
    }
    return count;
  }

  private static List<String> words(String line) {
    return SPACE.splitAsStream(line).toList();
  }
}
