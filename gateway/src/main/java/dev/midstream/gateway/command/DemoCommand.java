package dev.midstream.gateway.command;

import dev.midstream.demo.Demonstration;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.gateway.output.FileErrors;
import dev.midstream.reassembly.rule.Vantage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code demo} command: prepares the directory of the {@link Demonstration} and runs it. */
@Command(
    name = "demo",
    description =
        "Shows the program at work in a private network, with real clients and servers; no set-up.")
public final class DemoCommand implements Callable<Integer> {
  private static final String AGAIN = "--as-root-of-its-own";

  private final String mainClass;
  private final Rewriter rewriter;
  private final boolean onTerminal;

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "The directory for the demonstration's files (default: a new temporary one).")
  private @Nullable Path directory;

  @Option(names = AGAIN, hidden = true, description = "Set when the program starts itself again.")
  private boolean again;

  /**
   * A command that can start the program again.
   *
   * @param mainClass the program's main class
   * @param rewriter rewrites the example's capture where a private network is impossible
   * @param onTerminal whether stderr is a terminal
   */
  public DemoCommand(String mainClass, Rewriter rewriter, boolean onTerminal) {
    this.mainClass = mainClass;
    this.rewriter = rewriter;
    this.onTerminal = onTerminal;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Path files = outputDirectory();
    Demonstration demonstration =
        new Demonstration(
            mainClass,
            files,
            out,
            err,
            onTerminal,
            (configuration, in, rewritten) ->
                rewriter.rewrite(
                    new RewriteRequest(
                        ConfigurationFile.load(configuration),
                        Vantage.RECORDING,
                        in,
                        rewritten,
                        rewritten.toString(),
                        false),
                    err));
    return demonstration.run(
        again ? List.of() : List.of("demo", AGAIN, "--directory", files.toString()));
  }

  private Path outputDirectory() throws IOException, InputException {
    if (directory == null) {
      return Files.createTempDirectory("midstream-demo-");
    }
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new InputException(directory + ": is no directory");
    }
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new InputException(directory + ": cannot be made, error=" + FileErrors.reason(e));
    }
    if (!Files.isWritable(directory)) {
      throw new InputException(directory + ": permission denied");
    }
    return directory.toAbsolutePath();
  }
}
