package dev.midstream.demo;

import dev.midstream.demo.cluster.ClusterNetwork;
import dev.midstream.demo.cluster.ClusterNodes;
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
  private static final String NEEDED =
      "It takes root or user name spaces, ip(8), unshare(1), nsenter(1) and setpriv(1).";
  private static final Duration SCENE_TIMEOUT = Duration.ofMinutes(2);

  /** The scenes over good wires before a box that records. */
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
    try (DemoNetwork network = network(List.of())) {
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
    screen.print(NEEDED);
    screen.print("Instead, a recording of a conversation is rewritten.");
    return conclude(List.of(new CaptureScene(rewrite, directory).run(screen)));
  }

  /**
   * Plays the scenes over good wires before a box that keeps in a file what its JVM has learnt, so
   * that other processes begin warm (JEP 514, JEP 515).
   *
   * @param cache the file
   * @param restart as of {@link #run}
   * @return the program's exit code: 0 if the file is written, otherwise 1
   */
  public int train(Path cache, List<String> restart) throws Exception {
    Files.deleteIfExists(cache);
    List<String> options = List.of("-XX:AOTCacheOutput=" + cache, "-Xlog:aot*=off:stderr");
    try (DemoNetwork network = network(options)) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(network::close));
      if (missing(network) == null) {
        network.run("training", false, SCENES, new ArrayList<>());
        return Files.exists(cache) ? 0 : 1;
      }
    }
    return restart.isEmpty() || Privilege.missingInUserNamespace() != null
        ? 1
        : program.runAsRoot(restart);
  }

  private DemoNetwork network(List<String> boxOptions) {
    return new DemoNetwork(directory, program, screen, SCENE_TIMEOUT, boxOptions);
  }

  /**
   * Plays the scene of a cluster, whose nodes die.
   *
   * @param restart as of {@link #run}
   * @return the program's exit code: 0 if the scene did not fail, otherwise 1
   */
  public int runCluster(List<String> restart) throws Exception {
    @Nullable String missing = Privilege.missing();
    if (missing == null) {
      return conclude(List.of(clusterVerdict()));
    }
    if (!restart.isEmpty() && Privilege.missingInUserNamespace() == null) {
      return program.runAsRoot(restart);
    }
    screen.print("midstream demo: a private network cannot be made here, reason=" + missing);
    screen.print(NEEDED);
    return 1;
  }

  private Verdict clusterVerdict() {
    screen.print("midstream demo: three nodes of a cluster, in parallel between client and server");
    screen.print("");
    screen.print("                ┌─ in0 n1 out0 ─┐");
    screen.print("    client c0 ──┼─ in0 n2 out0 ─┼── s0 server");
    screen.print("                └─ in0 n3 out0 ─┘");
    String name = "a cluster of three nodes";
    try (ClusterNetwork network = ClusterNetwork.make(3);
        ClusterNodes nodes =
            new ClusterNodes(
                network,
                directory,
                program::command,
                (_, node, bind, members, authority) ->
                    DemoText.clusterConfiguration(node, bind, members, authority))) {
      Thread end = Thread.ofPlatform().unstarted(nodes::close);
      Runtime.getRuntime().addShutdownHook(end);
      nodes.issueCertificates();
      nodes.start(1, 2, 3);
      Verdict verdict = new ClusterScene(network, nodes, screen).run();
      List<String> wrong = nodes.stop();
      return wrong.isEmpty() ? verdict : new Verdict(name, false, String.join(", ", wrong));
    } catch (IOException e) {
      return new Verdict(name, false, String.valueOf(e.getMessage()));
    }
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
    play(network, "fast-path", () -> Network.make(MTU), new FastPathScene(), verdicts);
    play(
        network,
        "bad-wire",
        () -> Network.impaired(MTU, false, BAD, SEED),
        new BadWireScene(),
        verdicts);
    return verdicts;
  }

  /** Plays a scene in a network of its own, before a box that records nothing. */
  private static void play(
      DemoNetwork network,
      String name,
      DemoNetwork.NetworkFactory factory,
      Scene scene,
      List<Verdict> verdicts) {
    @Nullable String missing = network.build(factory);
    if (missing == null) {
      network.run(name, false, List.of(scene), verdicts);
    } else {
      verdicts.add(new Verdict("the network " + name, false, missing));
    }
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
