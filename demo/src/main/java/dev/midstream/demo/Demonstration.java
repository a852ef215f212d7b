package dev.midstream.demo;

import dev.midstream.demo.network.Impairment;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.network.Privilege;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The demonstration: scenes in a private network. Without the right to make one, it starts the
 * program again as root of a user namespace. Where that is refused too, it rewrites a capture.
 */
public final class Demonstration {
  private static final int MTU = 1_500;
  private static final Impairment BAD = new Impairment(10, 10, 0);
  private static final long SEED = 7;
  private static final Duration SCENE_TIMEOUT = Duration.ofMinutes(2);

  /** The scenes over good wires. */
  private static final List<Scene> SCENES =
      List.of(
          new GreetingScene(),
          new WebScene(),
          new FtpScene(),
          new MailScene(),
          new SiteScene(),
          new DownloadScene());

  private final ReExec program;
  private final Path directory;
  private final Screen screen;
  private final CaptureRewrite rewrite;

  /** The program's own way to rewrite a capture. */
  @FunctionalInterface
  public interface CaptureRewrite {
    /** Writes {@code in} to {@code out}, edited as the file {@code configuration} says. */
    void rewrite(Path configuration, Path in, Path out) throws Exception;
  }

  /**
   * Prepares the demonstration.
   *
   * @param mainClass the program's; its {@code run} is the box of the network
   * @param directory where the demonstration's files go; must exist
   * @param out gets the results
   * @param err gets the progress
   * @param onTerminal whether {@code err} is a terminal
   */
  public Demonstration(
      String mainClass,
      Path directory,
      PrintWriter out,
      PrintWriter err,
      boolean onTerminal,
      CaptureRewrite rewrite) {
    program = new ReExec(mainClass);
    this.directory = directory;
    screen = new Screen(out, err, onTerminal, System::nanoTime);
    this.rewrite = rewrite;
  }

  /**
   * Plays all scenes.
   *
   * @param restart arguments that start the demonstration again; empty if it was started so
   * @return the program's exit code: 0 if no scene failed, otherwise 1
   */
  public int run(List<String> restart) throws Exception {
    @Nullable String missing;
    try (DemoNetwork network = new DemoNetwork(directory, program, screen, SCENE_TIMEOUT)) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(network::close));
      missing = missing(network);
      if (missing == null) {
        return conclude(live(network));
      }
    }
    if (!restart.isEmpty() && Privilege.missingInUserNamespace() == null) {
      return program.runAsRoot(restart);
    }
    screen.print("midstream demo: a private network cannot be made here, reason=" + missing);
    screen.print(
        "It takes root or user name spaces, ip(8), unshare(1), nsenter(1) and setpriv(1).");
    screen.print("Instead, a recording of a conversation is rewritten.");
    return conclude(List.of(new CaptureScene(rewrite, directory).run(screen)));
  }

  /**
   * Builds the first network. Answers why that is impossible, in one clause; null if it is built.
   */
  private static @Nullable String missing(DemoNetwork network) {
    @Nullable String missing = Privilege.missing();
    return missing == null ? network.build(() -> Network.make(MTU)) : missing;
  }

  private List<Verdict> live(DemoNetwork network) {
    screen.print("midstream demo: a client, a box and a server, each in a network of its own");
    screen.print("");
    screen.print("    client c0 ─── in0 midstream out0 ─── s0 server");
    List<Verdict> verdicts = new ArrayList<>();
    network.run("clean", true, SCENES, verdicts);
    @Nullable String missing = network.build(() -> Network.impaired(MTU, false, BAD, SEED));
    if (missing == null) {
      network.run("bad-wire", false, List.of(new BadWireScene()), verdicts);
    } else {
      verdicts.add(new Verdict("the network bad-wire", false, missing));
    }
    return verdicts;
  }

  private int conclude(List<Verdict> verdicts) throws IOException {
    Verdict.print(verdicts, screen);
    screen.print("");
    screen.print("files to look at");
    try (var paths = Files.list(directory)) {
      paths.sorted().forEach(path -> screen.print("  " + path));
    }
    return verdicts.stream().noneMatch(Verdict::hasFailed) ? 0 : 1;
  }
}
