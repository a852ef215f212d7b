package dev.midstream.demo.program;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Privilege;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The client curl(1) in a network namespace. */
public final class Curl {
  private static final InstalledProgram PROGRAM = InstalledProgram.of("curl");
  private static final String TIMEOUT_SECONDS = "10";
  private static final String SENT = "> ";
  private static final String HEARD = "< ";

  /** No settings of the user's, no proxy, no progress; what is sent and heard goes to stderr. */
  private static final List<String> OPTIONS =
      List.of("-q", "--noproxy", "*", "-sS", "-v", "-m", TIMEOUT_SECONDS);

  private final Namespace namespace;

  public Curl(Namespace namespace) {
    this.namespace = namespace;
  }

  /** Its name if it is not installed, or does not know {@code protocol}; otherwise nothing. */
  public static List<String> missing(String protocol) {
    try {
      Process process = new ProcessBuilder(PROGRAM.path(), "--version").start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean isThere =
          said.lines()
              .filter(line -> line.startsWith("Protocols:"))
              .anyMatch(line -> Arrays.asList(line.split(" ")).contains(protocol));
      return isThere ? List.of() : List.of("curl with " + protocol);
    } catch (IOException e) {
      return List.of(PROGRAM.name());
    }
  }

  /**
   * Runs curl to its end.
   *
   * @param body where what it receives goes to
   * @throws IOException if it cannot be started. A transfer that fails is told by its dialogue
   */
  public Dialogue run(Path body, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(Privilege.KILLED_WITH_PARENT);
    command.add(PROGRAM.path());
    command.addAll(OPTIONS);
    command.addAll(List.of("-o", body.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(namespace.command(command.toArray(String[]::new)))
            .redirectOutput(Redirect.DISCARD)
            .start();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Dialogue(said.lines().map(String::strip).toList());
  }

  /**
   * What curl said to the server and heard from it.
   *
   * @param lines in their order, after {@code >} and {@code <}; others are remarks of curl
   */
  public record Dialogue(List<String> lines) {

    /**
     * The line that was heard after the line {@code sent}.
     *
     * @throws IOException if none was, with the last remark of curl
     */
    public String answerTo(String sent) throws IOException {
      int at = lines.indexOf(SENT + sent);
      return at < 0 ? failed(sent) : heard("", at + 1, sent);
    }

    /**
     * The first line that was heard and begins with {@code start}, whatever its case.
     *
     * @throws IOException if none does, with the last remark of curl
     */
    public String heard(String start) throws IOException {
      return heard(start, 0, start);
    }

    private String heard(String start, int from, String what) throws IOException {
      String wanted = (HEARD + start).toLowerCase(Locale.ROOT);
      for (String line : lines.subList(from, lines.size())) {
        if (line.toLowerCase(Locale.ROOT).startsWith(wanted)) {
          return line.substring(HEARD.length());
        }
      }
      return failed(what);
    }

    private String failed(String what) throws IOException {
      throw new IOException(
          "curl heard no answer: to=" + what + " said=" + (lines.isEmpty() ? "" : lines.getLast()));
    }
  }
}
