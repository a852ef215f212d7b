package dev.midstream.gateway.demo;

import dev.midstream.gateway.network.BoxProcess;
import dev.midstream.gateway.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Where scenes are played: private networks, each with the program at work in its middle. */
final class Stage implements AutoCloseable {

  /** Makes a network. */
  @FunctionalInterface
  interface Making {
    Network make() throws IOException;
  }

  private final Path directory;
  private final Program program;
  private final Screen screen;

  /** What is to be taken down, the last one first; whoever takes it out takes it down. */
  private final ConcurrentLinkedDeque<Network> networks = new ConcurrentLinkedDeque<>();

  private final ConcurrentLinkedDeque<BoxProcess> boxes = new ConcurrentLinkedDeque<>();

  Stage(Path directory, Program program, Screen screen) {
    this.directory = directory;
    this.program = program;
    this.screen = screen;
  }

  /**
   * Plays scenes in a network, with a box whose files have {@code name} in theirs.
   *
   * @param isRecorded whether connections with the greeting's rule are recorded before and after
   */
  void play(
      String name, Making making, boolean isRecorded, List<Scene> scenes, List<Verdict> verdicts)
      throws IOException {
    Network network = making.make();
    networks.push(network);
    BoxProcess box = BoxProcess.start(network.box(), command(name, isRecorded));
    boxes.push(box);
    for (Scene scene : scenes) {
      verdicts.add(verdict(scene, network));
    }
    int exitCode = box.stop();
    boolean quiet = box.complaints().isEmpty();
    box.complaints().forEach(line -> screen.line("  the box said: " + line));
    if (exitCode != 0 || !quiet) {
      verdicts.add(new Verdict("the box " + name, false, "exit code " + exitCode));
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

  private Verdict verdict(Scene scene, Network network) {
    try {
      return scene.play(network, screen);
    } catch (IOException e) {
      return new Verdict(scene.name(), false, String.valueOf(e.getMessage()));
    }
  }

  private List<String> command(String name, boolean isRecorded) throws IOException {
    Path configuration = directory.resolve(name + ".yaml");
    Path events = directory.resolve(name + "-events.jsonl");
    Files.writeString(
        configuration,
        Wording.CONFIGURATION.formatted(Wording.FIND, Wording.REPLACE, events.toAbsolutePath()));
    List<String> arguments = new ArrayList<>(List.of("run", "--config", configuration.toString()));
    if (isRecorded) {
      String recording = directory.resolve(name + "-before-and-after.pcapng").toString();
      arguments.addAll(List.of("--record", recording, "--record-match", "greeting"));
    }
    return program.command(arguments.toArray(String[]::new));
  }
}
