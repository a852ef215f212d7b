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
 * Where scenes are played: private networks, each with the program at work in its middle. Whatever
 * fails becomes a verdict, and so does a scene that does not end.
 */
final class DemoNetwork implements AutoCloseable {

  /** Makes a network. */
  @FunctionalInterface
  interface Making {
    Network make() throws IOException;
  }

  private final Path directory;
  private final Program program;
  private final Screen screen;
  private final Duration patience;

  /** What is to be taken down, the last one first. */
  private final ConcurrentLinkedDeque<Network> networks = new ConcurrentLinkedDeque<>();

  private final ConcurrentLinkedDeque<BoxProcess> boxes = new ConcurrentLinkedDeque<>();

  /**
   * A stage without a network.
   *
   * @param patience how long a scene may take
   */
  DemoNetwork(Path directory, Program program, Screen screen, Duration patience) {
    this.directory = directory;
    this.program = program;
    this.screen = screen;
    this.patience = patience;
  }

  /**
   * Builds the network for what is played next. Answers what prevents that; null if it is there.
   */
  @Nullable String build(Making making) {
    try {
      networks.push(making.make());
      return null;
    } catch (IOException e) {
      return why(e);
    }
  }

  /**
   * Plays scenes in the network built last, and takes it down; with a box whose files have {@code
   * name} in theirs.
   *
   * @param isRecorded whether connections with the greeting's rule are recorded before and after
   */
  void play(String name, boolean isRecorded, List<Scene> scenes, List<Verdict> verdicts) {
    Network network = networks.getFirst();
    try {
      BoxProcess box = BoxProcess.start(network.box(), command(name, isRecorded));
      boxes.push(box);
      for (Scene scene : scenes) {
        verdicts.add(verdict(scene, network, box));
      }
      end(name, box, verdicts);
    } catch (IOException e) {
      verdicts.add(new Verdict("the box " + name, false, why(e)));
    }
    network.close();
  }

  /** Takes everything down, also in the middle of a scene. */
  @Override
  public void close() {
    for (BoxProcess box : boxes) {
      box.close();
    }
    for (Network network : networks) {
      network.close();
    }
  }

  /** The scene's own, unless the box ends or the time is over before. */
  private Verdict verdict(Scene scene, Network network, BoxProcess box) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    CompletableFuture<Boolean> ignored =
        box.onExit()
            .thenApply(code -> verdict.complete(failed(scene, "the box ended, exit code " + code)));
    Thread player =
        Thread.ofPlatform()
            .daemon()
            .name(scene.name())
            .start(() -> verdict.complete(play(scene, network)));
    try {
      return verdict
          .completeOnTimeout(
              failed(scene, "not over within %d s".formatted(patience.toSeconds())),
              patience.toMillis(),
              TimeUnit.MILLISECONDS)
          .join();
    } finally {
      player.interrupt();
    }
  }

  private Verdict play(Scene scene, Network network) {
    try {
      return scene.play(network, screen);
    } catch (IOException | RuntimeException e) {
      return failed(scene, why(e));
    }
  }

  private void end(String name, BoxProcess box, List<Verdict> verdicts) throws IOException {
    int exitCode = box.stop();
    List<String> complaints = box.complaints();
    complaints.forEach(line -> screen.line("  the box said: " + line));
    if (exitCode == 0 && complaints.isEmpty()) {
      return;
    }
    String said = complaints.isEmpty() ? "nothing said" : "said: " + complaints.getFirst();
    verdicts.add(
        new Verdict("the box " + name, false, "exit code %d, %s".formatted(exitCode, said)));
  }

  private List<String> command(String name, boolean isRecorded) throws IOException {
    Path configuration = directory.resolve(name + ".yaml");
    Path events = directory.resolve(name + "-events.jsonl");
    Files.writeString(configuration, DemoText.configuration(events.toAbsolutePath()));
    List<String> arguments = new ArrayList<>(List.of("run", "--config", configuration.toString()));
    if (isRecorded) {
      String recording = directory.resolve(name + "-before-and-after.pcapng").toString();
      arguments.addAll(List.of("--record", recording, "--record-match", "greeting"));
    }
    return program.command(arguments.toArray(String[]::new));
  }

  private static Verdict failed(Scene scene, String why) {
    return new Verdict(scene.name(), false, why);
  }

  private static String why(Exception e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
