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
    Configuration configuration = ConfigurationFile.load(config.file(), Purpose.AS_WRITTEN);
    ErrorLines errors = new ErrorLines(spec.commandLine().getErr());
    errors.warn(configuration.warnings());
    errors.warn(environment.missing(configuration).stream().map(this::ofFile).toList());
    OutputPlace.checkEvents(configuration.eventsFile(), config.file());
    PrintWriter out = spec.commandLine().getOut();
    out.println(config.file() + ": ok");
    configuration.summary().forEach(out::println);
    out.println(configuration.capacity(Runtime.getRuntime().maxMemory()));
    out.flush();
    return ExitCode.DONE;
  }

  private String ofFile(String message) {
    return config.file() + ": " + message;
  }
}
