package dev.midstream.gateway.command;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationException;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.reassembly.rule.Vantage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The {@code rewrite} command: checks configuration and files, then calls a {@link Rewriter}. OUT
 * appears completely or not at all.
 */
@Command(
    name = "rewrite",
    description = "Rewrites a capture file as if it had passed the program inline.")
public final class RewriteCommand implements Callable<Integer> {
  private final Rewriter rewriter;

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Mixin private ConfigOption config = new ConfigOption();

  @Option(
      names = "--receiver",
      paramLabel = "original|edited",
      converter = VantageConverter.class,
      description =
          "The stream that the recorded receivers acknowledge: as it was sent (original, the"
              + " default) or as edited (edited).")
  private Vantage vantage = Vantage.RECORDING;

  @Option(names = "--json", description = "Write the summary as JSON.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // a required parameter, set by picocli before the call
  @Parameters(index = "0", paramLabel = "IN", description = "The capture, pcap or pcapng.")
  private Path in;

  @SuppressWarnings("NullAway.Init") // a required parameter, set by picocli before the call
  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The rewritten capture, of the same kind as IN.")
  private Path out;

  public RewriteCommand(Rewriter rewriter) {
    this.rewriter = rewriter;
  }

  @Override
  public Integer call() throws ConfigurationException, InputException, IOException {
    Configuration configuration = ConfigurationFile.load(config.file());
    new ErrorLines(spec.commandLine().getErr()).warn(configuration.warnings());
    checkReadable(in);
    OutputPlace.checkEvents(configuration.eventsFile(), config.file(), in, out);
    OutputPlace.checkSeparate("captures", out, config.file());
    try (OutputFile output = OutputFile.open(in, out)) {
      rewriter.rewrite(
          new RewriteRequest(configuration, vantage, in, output.writeTo(), out.toString(), json),
          spec.commandLine().getErr());
      output.commit();
    }
    return ExitCode.DONE;
  }

  private static void checkReadable(Path file) throws InputException {
    OutputPlace.checkName(file);
    if (!Files.exists(file)) {
      throw new InputException(file + ": no such file");
    }
    if (Files.isDirectory(file)) {
      throw new InputException(file + ": is a directory");
    }
    if (!Files.isReadable(file)) {
      throw new InputException(file + ": permission denied");
    }
  }

  /** Parses the value of {@code --receiver}. */
  private static final class VantageConverter implements ITypeConverter<Vantage> {
    @Override
    public Vantage convert(String value) {
      return switch (value) {
        case "original" -> Vantage.RECORDING;
        case "edited" -> Vantage.INLINE;
        default -> throw new TypeConversionException("must be original or edited, value=" + value);
      };
    }
  }
}
