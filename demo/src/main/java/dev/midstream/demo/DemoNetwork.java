package dev.midstream.demo;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Private networks with the program as the box in the middle, in which scenes run. Every failure
 * becomes a verdict, also a scene that exceeds its time.
 */
final class DemoNetwork implements AutoCloseable {

  @FunctionalInterface
  interface NetworkFactory {
    Network make() throws IOException;
  }

  private final Path directory;
  private final ReExec program;
  private final Screen screen;
  private final Duration sceneTimeout;
  private final List<String> boxOptions;

  /** Networks to close, the last one first. */
  private final ConcurrentLinkedDeque<Network> networks = new ConcurrentLinkedDeque<>();

  private final ConcurrentLinkedDeque<BoxProcess> boxes = new ConcurrentLinkedDeque<>();

  /**
   * Starts without a network. Files go to {@code directory}.
   *
   * @param boxOptions further options of the boxes' Java
   */
  DemoNetwork(
      Path directory,
      ReExec program,
      Screen screen,
      Duration sceneTimeout,
      List<String> boxOptions) {
    this.directory = directory;
    this.program = program;
    this.screen = screen;
    this.sceneTimeout = sceneTimeout;
    this.boxOptions = List.copyOf(boxOptions);
  }

  /** Builds the network of the next scenes. Returns why that failed; null if it is built. */
  @Nullable String build(NetworkFactory factory) {
    try {
      networks.push(factory.make());
      return null;
    } catch (IOException e) {
      return message(e);
    }
  }

  /**
   * Starts the box in the network built last, runs the scenes, and closes both.
   *
   * @param name of the box; its files start with it
   * @param isRecorded whether connections that match the rule {@code greeting} are recorded
   * @param verdicts gets one verdict for each scene, and one for a box that fails
   */
  void run(String name, boolean isRecorded, List<Scene> scenes, List<Verdict> verdicts) {
    Network network = networks.getFirst();
    try {
      BoxProcess box = BoxProcess.start(network.box(), command(name, isRecorded));
      boxes.push(box);
      for (Scene scene : scenes) {
        List<String> missing = scene.missing();
        verdicts.add(
            missing.isEmpty()
                ? verdict(scene, network, box)
                : Verdict.leftOut(scene.name(), missing));
      }
      stop(name, box, verdicts);
    } catch (IOException e) {
      verdicts.add(new Verdict("the box " + name, false, message(e)));
    }
    network.close();
  }

  /** Kills the boxes and closes the networks, also in the middle of a scene. */
  @Override
  public void close() {
    for (BoxProcess box : boxes) {
      box.close();
    }
    for (Network network : networks) {
      network.close();
    }
  }

  /** Runs a scene. It fails if the box ends, or its time is over, before it does. */
  private Verdict verdict(Scene scene, Network network, BoxProcess box) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    CompletableFuture<Boolean> ignored =
        box.onExit()
            .thenApply(code -> verdict.complete(failed(scene, "the box ended, exit code " + code)));
    Thread runner =
        Thread.ofPlatform()
            .daemon()
            .name(scene.name())
            .start(() -> verdict.complete(run(scene, network)));
    try {
      return verdict
          .completeOnTimeout(
              failed(scene, "not over within %d s".formatted(sceneTimeout.toSeconds())),
              sceneTimeout.toMillis(),
              TimeUnit.MILLISECONDS)
          .join();
    } finally {
      runner.interrupt();
    }
  }

  private Verdict run(Scene scene, Network network) {
    try {
      return scene.run(network, screen);
    } catch (IOException | RuntimeException e) {
      return failed(scene, message(e));
    }
  }

  private void stop(String name, BoxProcess box, List<Verdict> verdicts) throws IOException {
    int exitCode = box.stop();
    List<String> errorLines = box.errorLines();
    errorLines.forEach(line -> screen.print("  the box said: " + line));
    if (exitCode == 0 && errorLines.isEmpty()) {
      return;
    }
    String said = errorLines.isEmpty() ? "nothing said" : "said: " + errorLines.getFirst();
    verdicts.add(
        new Verdict("the box " + name, false, "exit code %d, %s".formatted(exitCode, said)));
  }

  private List<String> command(String name, boolean isRecorded) throws IOException {
    Path configuration = directory.resolve(name + ".yaml");
    Path events = directory.resolve(name + "-events.jsonl");
    Files.deleteIfExists(events); // the box would append to those of an earlier demonstration
    Files.writeString(configuration, DemoText.configuration(events.toAbsolutePath()));
    List<String> arguments = new ArrayList<>(List.of("run", "--config", configuration.toString()));
    if (isRecorded) {
      String recording = directory.resolve(name + "-before-and-after.pcapng").toString();
      arguments.addAll(List.of("--record", recording, "--record-match", "greeting"));
    }
    return program.command(boxOptions, arguments);
  }

  private static Verdict failed(Scene scene, String reason) {
    return new Verdict(scene.name(), false, reason);
  }

  private static String message(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
