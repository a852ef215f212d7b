package dev.midstream.gateway.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/**
 * The result of one command line.
 *
 * @param exitCode the program's exit code
 * @param out stdout
 * @param err stderr
 */
public record CommandRun(int exitCode, String out, String err) {

  /** Runs the program in this JVM, with the given rewriter. */
  public static CommandRun of(
      Rewriter rewriter, Map<String, String> environment, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    int exitCode =
        MidstreamCommand.run(
            new PrintWriter(out),
            new PrintWriter(err),
            environment,
            texts,
            new CheckCommand(),
            new AgentsCommand(),
            new CaCommand(),
            new RewriteCommand(rewriter));
    return new CommandRun(exitCode, out.toString(), err.toString());
  }

  /** Runs the program in this JVM; rewriting fails. */
  public static CommandRun of(Object... arguments) {
    return of(
        (_, _) -> {
          throw new AssertionError("nothing is to be rewritten");
        },
        Map.of(),
        arguments);
  }

  /** The lines of stderr. */
  public List<String> errorLines() {
    return err.lines().toList();
  }

  /** The files and lines that problems with {@code c.yaml} name. */
  public List<String> errorPositions() {
    return err.lines().map(line -> line.replaceFirst("(c.yaml:[0-9]+): .*", "$1")).toList();
  }
}
