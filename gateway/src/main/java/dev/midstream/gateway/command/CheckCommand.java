package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The {@code check} command: reports every problem of a configuration, and warns of what {@code
 * run} would lack on this machine.
 */
@Command(
    name = "check",
    description = "Checks a configuration and what it needs, and lists every problem.")
public final class CheckCommand implements Callable<Integer> {
  private final EnvironmentCheck environment;

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Mixin private ConfigOption config = new ConfigOption();

  public CheckCommand() {
    this(new EnvironmentCheck());
  }

  CheckCommand(EnvironmentCheck environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws ConfigurationException, InputException {
    Configuration configuration = load();
    new ErrorLines(spec.commandLine().getErr()).warn(configuration.warnings());
    warnOfEnvironment(configuration);
    OutputPlace.checkEvents(configuration.eventsFile(), config.file());
    PrintWriter out = spec.commandLine().getOut();
    out.println(config.file() + ": ok");
    configuration.summary().forEach(out::println);
    out.println(configuration.capacity(Runtime.getRuntime().maxMemory()));
    out.flush();
    return ExitCode.DONE;
  }

  /** The configuration; beside mistakes in it what is wrong outside of the file is told, too. */
  private Configuration load() throws ConfigurationException {
    try {
      return ConfigurationFile.load(config.file(), Purpose.AS_WRITTEN);
    } catch (ConfigurationException e) {
      Configuration read = e.read();
      if (read == null) {
        throw e;
      }
      warnOfEnvironment(read);
      try {
        OutputPlace.checkEvents(read.eventsFile(), config.file());
      } catch (InputException events) {
        throw e.with(String.valueOf(events.getMessage()));
      }
      throw e;
    }
  }

  private void warnOfEnvironment(Configuration configuration) {
    new ErrorLines(spec.commandLine().getErr())
        .warn(environment.missing(configuration).stream().map(this::ofFile).toList());
  }

  private String ofFile(String message) {
    return config.file() + ": " + message;
  }
}
