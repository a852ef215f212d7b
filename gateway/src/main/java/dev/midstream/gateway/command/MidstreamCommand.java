package dev.midstream.gateway.command;

import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.output.FileErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line with all its commands. */
@Command(
    name = "midstream",
    description = "Edits TCP connections while they pass, without ending them.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = MidstreamCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class MidstreamCommand implements Callable<Integer> {
  private static final String DEBUG = "MIDSTREAM_DEBUG";

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  private MidstreamCommand() {}

  /**
   * Runs one command line.
   *
   * @param environment the process's environment; with {@code MIDSTREAM_DEBUG} set, errors come
   *     with their stack traces
   * @param arguments the program's arguments
   * @param commands the sub-commands, each with picocli's annotations
   * @return the exit code
   */
  public static int run(
      PrintWriter out,
      PrintWriter err,
      Map<String, String> environment,
      String[] arguments,
      Object... commands) {
    ErrorLines errors = new ErrorLines(err);
    boolean debug = !environment.getOrDefault(DEBUG, "").isEmpty();
    CommandLine line = new CommandLine(new MidstreamCommand());
    meant(arguments, commands).forEach(line::addSubcommand);
    line.setOut(out)
        .setErr(err)
        .setExpandAtFiles(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setParameterExceptionHandler((e, _) -> refuse(errors, e))
        .setExecutionExceptionHandler((e, _, _) -> fail(errors, e, debug));
    int exitCode;
    try {
      exitCode = line.execute(arguments);
    } catch (Throwable e) {
      errors.printUnexpected(e, debug);
      exitCode = ExitCode.FAILED;
    }
    err.flush();
    return checkOutput(out, errors, exitCode);
  }

  /**
   * The command that the first argument names, or else all of them: picocli reads the annotations
   * of each one, which takes most of the time of a short command.
   */
  private static List<Object> meant(String[] arguments, Object[] commands) {
    for (Object command : commands) {
      Command annotation = command.getClass().getAnnotation(Command.class);
      if (annotation != null && arguments.length > 0 && annotation.name().equals(arguments[0])) {
        return List.of(command);
      }
    }
    return List.of(commands);
  }

  /** The version of the program; the same at all nodes that run the same. */
  public static String version() {
    try {
      return Version.number();
    } catch (IOException _) {
      return Version.UNKNOWN;
    }
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "missing command");
  }

  /** The exit code. A command whose output could not be written has failed. */
  private static int checkOutput(PrintWriter out, ErrorLines errors, int exitCode) {
    boolean failed = out.checkError();
    if (!failed || exitCode != ExitCode.DONE) {
      return exitCode;
    }
    errors.print("output cannot be written, its reader has closed it or its device is full");
    return ExitCode.FAILED;
  }

  private static int refuse(ErrorLines errors, ParameterException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("bad usage");
    errors.print(
        message.substring(0, 1).toLowerCase(Locale.ROOT)
            + message.substring(1)
            + ", see "
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help");
    return ExitCode.REFUSED;
  }

  private static int fail(ErrorLines errors, Exception e, boolean debug) {
    switch (e) {
      case ConfigurationException configuration -> errors.print(configuration.lines());
      case InputException input -> errors.print(String.valueOf(input.getMessage()));
      case FailureException failure ->
          errors.print(
              String.valueOf(failure.getMessage()), failure, debug && failure.getCause() != null);
      case IOException io -> errors.print("input or output failed, error=" + text(io));
      default -> errors.printUnexpected(e, debug);
    }
    return e instanceof ConfigurationException || e instanceof InputException
        ? ExitCode.REFUSED
        : ExitCode.FAILED;
  }

  /** An error of a file names the file; one without a class of its own says all in its message. */
  private static String text(IOException error) {
    if (error instanceof FileSystemException file) {
      return FileErrors.reason(error) + " file=" + file.getFile();
    }
    String message = error.getMessage();
    return error.getClass() == IOException.class && message != null ? message : error.toString();
  }

  /** The program's version, which the build writes into the jar. */
  static final class Version implements IVersionProvider {
    private static final String UNKNOWN = "(not packaged)";
    private static final String PROPERTIES = "/META-INF/maven/dev.midstream/gateway/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
      return new String[] {"midstream " + number()};
    }

    private static String number() throws IOException {
      Properties properties = new Properties();
      try (InputStream input = Version.class.getResourceAsStream(PROPERTIES)) {
        if (input != null) {
          properties.load(input);
        }
      }
      return properties.getProperty("version", UNKNOWN);
    }
  }
}
