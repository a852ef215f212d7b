package dev.midstream.gateway.command;

import dev.midstream.ca.Authority;
import dev.midstream.ca.AuthorityException;
import dev.midstream.ca.AuthorityException.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code ca} command: the authority of a cluster. */
@Command(
    name = "ca",
    description = "Certificates of a cluster's nodes, and signatures of what nodes load.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CaCommand.Init.class, CaCommand.Issue.class, CaCommand.Sign.class})
public final class CaCommand implements Callable<Integer> {
  private static final InstantSource CLOCK = InstantSource.system();

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "missing command");
  }

  /** What an operator asks of an authority. */
  private interface Task {
    List<Path> run() throws AuthorityException;
  }

  private static int run(CommandSpec spec, Task task) throws InputException, FailureException {
    try {
      PrintWriter out = spec.commandLine().getOut();
      task.run().forEach(out::println);
      return ExitCode.DONE;
    } catch (AuthorityException e) {
      if (e.problem() == Problem.WRITING) {
        throw new FailureException(String.valueOf(e.getMessage()), e);
      }
      throw new InputException(String.valueOf(e.getMessage()));
    }
  }

  /** {@code ca init}. */
  @Command(name = "init", description = "Makes the authority of a new cluster.")
  static final class Init implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // a required parameter, set by picocli before the call
    @Parameters(
        paramLabel = "DIR",
        description =
            "The directory of the authority. It holds secret keys: keep it off the nodes.")
    private Path directory;

    @Option(
        names = "--cluster",
        paramLabel = "NAME",
        description = "The name of the cluster (default: midstream).")
    private String cluster = "midstream";

    @Override
    public Integer call() throws InputException, FailureException {
      return run(
          spec,
          () -> {
            Authority.init(directory, cluster, CLOCK.instant());
            return Stream.of("ca.pem", "ca.key", "signer.pem", "signer.key")
                .map(directory::resolve)
                .toList();
          });
    }
  }

  /** {@code ca issue}. */
  @Command(name = "issue", description = "Issues the certificate of a node, and its key.")
  static final class Issue implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // a required parameter, set by picocli before the call
    @Parameters(paramLabel = "NAME", description = "The node's name, as in cluster.node.")
    private String name;

    @Option(
        names = "--directory",
        paramLabel = "DIR",
        description = "The directory of the authority (default: the present one).")
    private Path directory = Path.of(".");

    @Option(
        names = "--days",
        paramLabel = "DAYS",
        description = "How long the certificate is valid (default: 825).")
    private int days = (int) Authority.DEFAULT_DURATION.toDays();

    @Override
    public Integer call() throws InputException, FailureException {
      if (days < 1) {
        throw new ParameterException(spec.commandLine(), "must be 1 or more: --days=" + days);
      }
      return run(
          spec,
          () ->
              Authority.open(directory)
                  .issue(name, directory, CLOCK.instant(), Duration.ofDays(days)));
    }
  }

  /** {@code ca sign}. */
  @Command(
      name = "sign",
      description =
          "Signs what nodes load: a jar in its place, any other file by a signature beside it.")
  static final class Sign implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // set by picocli before the call
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // a required parameter, set by picocli before the call
    @Parameters(paramLabel = "FILE", description = "The file to be signed.")
    private Path file;

    @Option(
        names = "--directory",
        paramLabel = "DIR",
        description = "The directory of the authority (default: the present one).")
    private Path directory = Path.of(".");

    @Override
    public Integer call() throws InputException, FailureException {
      return run(spec, () -> List.of(Authority.open(directory).sign(file, CLOCK.instant())));
    }
  }
}
