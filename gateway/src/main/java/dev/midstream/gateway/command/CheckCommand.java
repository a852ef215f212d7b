package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.config.ConfigurationFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The {@code check} command: says everything that is wrong with a configuration, or with what it
 * needs around it.
 */
@Command(name = "check", description = "Checks a configuration and lists every problem.")
public final class CheckCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // a required option, set by picocli before the call
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The configuration, YAML or JSON.")
  private Path config;

  @Override
  public Integer call() throws ConfigurationException, InputException {
    Configuration configuration = ConfigurationFile.load(config);
    new ErrorLines(spec.commandLine().getErr()).warn(configuration.warnings());
    if (configuration.eventsFile() != null) {
      OutputPlace.check(configuration.eventsFile());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(config + ": ok");
    configuration.summary().forEach(out::println);
    out.flush();
    return ExitCode.DONE;
  }
}
