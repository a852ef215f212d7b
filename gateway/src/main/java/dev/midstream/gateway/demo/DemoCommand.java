package dev.midstream.gateway.demo;

import dev.midstream.gateway.command.ExitCode;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.Rewriter;
import dev.midstream.gateway.network.Impairment;
import dev.midstream.gateway.network.Network;
import dev.midstream.gateway.network.Privilege;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The {@code demo} command: plays its scenes in a private network; without the right to make one,
 * it starts itself again as somebody who has it; where nobody may, it rewrites a recording.
 */
@Command(
    name = "demo",
    description =
        "Shows the program at work in a private network, with real clients and servers; no set-up.")
public final class DemoCommand implements Callable<Integer> {
  private static final int MTU = 1_500;
  private static final Impairment BAD = new Impairment(10, 10, 0);
  private static final long SEED = 7;

  /** For one scene. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String AGAIN = "--as-root-of-its-own";

  private final Program program;
  private final Rewriter rewriter;
  private final boolean onTerminal;

  @SuppressWarnings("NullAway.Init") // set by picocli before the call
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where the files to look at go; without it a new one among temporary files.")
  private @Nullable Path directory;

  @Option(names = AGAIN, hidden = true, description = "Says that it was started by itself.")
  private boolean again;

  /**
   * A command that starts the program by its main class.
   *
   * @param rewriter rewrites the recording where there can be no private network
   */
  public DemoCommand(String mainClass, Rewriter rewriter, boolean onTerminal) {
    this.program = new Program(mainClass);
    this.rewriter = rewriter;
    this.onTerminal = onTerminal;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Screen screen = new Screen(out, err, onTerminal, System::nanoTime);
    Path files = place();
    @Nullable String missing;
    try (DemoNetwork network = new DemoNetwork(files, program, screen, PATIENCE)) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(network::close));
      missing = missing(network);
      if (missing == null) {
        return live(network, screen, files);
      }
    }
    if (!again && Privilege.missingForNobody() == null) {
      return new ReExec(program.command("demo", AGAIN, "--directory", files.toString())).run();
    }
    screen.line("midstream demo: a private network cannot be made here, reason=" + missing);
    screen.line("It takes root or user name spaces, ip(8), unshare(1), nsenter(1) and setpriv(1).");
    screen.line("Instead, a recording of a conversation is rewritten.");
    return conclude(List.of(new Recording(rewriter, files).play(screen, err)), screen, files);
  }

  /**
   * Builds the first network. Answers why there can be none, in one clause; null if it is there.
   */
  private static @Nullable String missing(DemoNetwork network) {
    @Nullable String missing = Privilege.missing();
    return missing == null ? network.build(() -> Network.make(MTU)) : missing;
  }

  private static int live(DemoNetwork network, Screen screen, Path files) throws IOException {
    screen.line("midstream demo: a client, a box and a server, each in a network of its own");
    screen.line("");
    screen.line("    client c0 ─── in0 midstream out0 ─── s0 server");
    List<Verdict> verdicts = new ArrayList<>();
    network.play(
        "clean", true, List.of(new GreetingScene(), new WebScene(), new DownloadScene()), verdicts);
    @Nullable String missing = network.build(() -> Network.impaired(MTU, false, BAD, SEED));
    if (missing == null) {
      network.play("bad-wire", false, List.of(new BadWireScene()), verdicts);
    } else {
      verdicts.add(new Verdict("the network bad-wire", false, missing));
    }
    return conclude(verdicts, screen, files);
  }

  private static int conclude(List<Verdict> verdicts, Screen screen, Path files)
      throws IOException {
    Verdict.show(verdicts, screen);
    screen.line("");
    screen.line("files to look at");
    try (var paths = Files.list(files)) {
      paths.sorted().forEach(path -> screen.line("  " + path));
    }
    return verdicts.stream().allMatch(Verdict::passed) ? ExitCode.DONE : ExitCode.FAILED;
  }

  private Path place() throws IOException, InputException {
    if (directory == null) {
      return Files.createTempDirectory("midstream-demo-");
    }
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new InputException(directory + ": is no directory");
    }
    try {
      Files.createDirectories(directory);
    } catch (AccessDeniedException e) {
      throw new InputException(directory + ": permission denied");
    } catch (IOException e) {
      throw new InputException(directory + ": cannot be made, error=" + e);
    }
    if (!Files.isWritable(directory)) {
      throw new InputException(directory + ": permission denied");
    }
    return directory.toAbsolutePath();
  }
}
