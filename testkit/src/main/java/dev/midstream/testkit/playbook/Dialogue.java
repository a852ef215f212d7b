package dev.midstream.testkit.playbook;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.Step.End;
import dev.midstream.testkit.playbook.Step.Send;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a real client and a real server said to each other, kept as lines of text. A line is {@code
 * C } or {@code S } and what the client or the server sent at once; without octets its stream ends.
 * CR, LF and the backslash are written as {@code \r}, {@code \n} and {@code \\}, other octets that
 * are not printable as {@code \x1b}. Lines that begin with {@code #} name both ends.
 *
 * @param steps what both ends did, in their order
 */
public record Dialogue(List<Step> steps) {
  private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|\\\\|x[0-9a-f]{2})");
  private static final String CLIENT = "C";
  private static final String SERVER = "S";

  /** Copies the list. */
  public Dialogue {
    steps = List.copyOf(steps);
  }

  /** The files of all dialogues in {@code folder}, by their names. */
  public static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /**
   * Reads a kept dialogue.
   *
   * @throws IllegalArgumentException if a line is none of the form above
   */
  public static Dialogue read(Path file) throws IOException {
    List<Step> steps = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.startsWith("#")) {
        steps.add(step(line));
      }
    }
    return new Dialogue(steps);
  }

  private static Step step(String line) {
    boolean isClient = line.startsWith(CLIENT);
    if (!isClient && !line.startsWith(SERVER)) {
      throw new IllegalArgumentException("neither client nor server, line=" + line);
    }
    Direction direction = isClient ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    return line.length() < 2
        ? new End(direction)
        : new Send(direction, Octets.ofLatin1(unescaped(line.substring(2))));
  }

  /** The line for octets that the sender of {@code direction} sends; none are its end. */
  public static String line(Direction direction, Octets octets) {
    String sender = direction == Direction.CLIENT_TO_SERVER ? CLIENT : SERVER;
    return octets.isEmpty() ? sender : sender + " " + escaped(octets.toLatin1());
  }

  private static String escaped(String text) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      switch (each) {
        case '\r' -> line.append("\\r");
        case '\n' -> line.append("\\n");
        case '\\' -> line.append("\\\\");
        default ->
            line.append(each >= ' ' && each <= '~' ? each : String.format("\\x%02x", (int) each));
      }
    }
    return line.toString();
  }

  private static String unescaped(String line) {
    return ESCAPE.matcher(line).replaceAll(each -> Matcher.quoteReplacement(octet(each)));
  }

  private static String octet(MatchResult escape) {
    return switch (escape.group(1)) {
      case "r" -> "\r";
      case "n" -> "\n";
      case "\\" -> "\\";
      default -> String.valueOf((char) Integer.parseInt(escape.group(1).substring(1), 16));
    };
  }

  /**
   * The same with each reply of the server as a step of its own: it answers only the requests that
   * an agent does not keep back.
   *
   * @param reply the form of one reply; what it does not match stays as it is
   */
  public Dialogue inReplies(Pattern reply) {
    return new Dialogue(steps.stream().flatMap(step -> replies(step, reply)).toList());
  }

  private static Stream<Step> replies(Step step, Pattern reply) {
    if (!(step instanceof Send send) || send.direction() == Direction.CLIENT_TO_SERVER) {
      return Stream.of(step);
    }
    String text = send.octets().toLatin1();
    List<String> replies = reply.matcher(text).results().map(MatchResult::group).toList();
    return String.join("", replies).equals(text)
        ? replies.stream().map(each -> new Send(send.direction(), Octets.ofLatin1(each)))
        : Stream.of(step);
  }

  /** All octets that the sender of {@code direction} sends. */
  public Octets sent(Direction direction) {
    return Step.sent(steps, direction);
  }

  /** Adds what both ends do to {@code playbook}. */
  public AgentPlaybook script(AgentPlaybook playbook) {
    for (Step step : steps) {
      if (step instanceof Send send) {
        playbook.sends(send.direction(), send.octets());
      } else if (step instanceof End end) {
        playbook.ends(end.direction());
      }
    }
    return playbook;
  }

  /** As {@link #script}; each end must receive what the other one sends. */
  public AgentPlaybook unchanged(AgentPlaybook playbook) {
    Direction.BOTH.forEach(direction -> playbook.gets(direction, sent(direction)));
    return script(playbook);
  }
}
