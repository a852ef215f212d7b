package dev.midstream.gateway.command;

import dev.midstream.demo.Demonstration;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.gateway.output.FileErrors;
import dev.midstream.reassembly.rule.Vantage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private static final String TRAINING = "--aot-cache";

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

  @Option(
      names = "--cluster",
      description = "Show three nodes of a cluster instead, of which one is killed.")
  private boolean cluster;

  @Option(
      names = TRAINING,
      paramLabel = "FILE",
      hidden = true,
      description = "Write an AOT cache of a process that has forwarded some connections.")
  private @Nullable Path cache;

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
    List<String> restart = new ArrayList<>();
    if (!again) {
      restart.addAll(List.of("demo", AGAIN, "--directory", files.toString()));
      if (cluster) {
        restart.add("--cluster");
      }
      if (cache != null) {
        restart.addAll(List.of(TRAINING, cache.toString()));
      }
    }
    if (cache != null) {
      return demonstration.train(cache, restart);
    }
    return cluster ? demonstration.runCluster(restart) : demonstration.run(restart);
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
