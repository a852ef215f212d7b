package dev.midstream.demo;

import dev.midstream.demo.network.Privilege;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the running program again, with other arguments. */
final class ReExec {
  private final String mainClass;

  ReExec(String mainClass) {
    this.mainClass = mainClass;
  }

  /** The command line: the same Java with the same options and classes. */
  List<String> command(List<String> arguments) {
    return command(List.of(), arguments);
  }

  /** The same with further options of Java. */
  List<String> command(List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    return command;
  }

  /**
   * Runs the program as root of a user namespace, with this process's input and output. A signal
   * ends the child first, then this process.
   *
   * @return its exit code
   */
  int runAsRoot(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(Privilege.IN_USER_NAMESPACE);
    command.addAll(command(arguments));
    Process process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(() -> {
                  process.destroy();
                  process.onExit().join();
                }));
    return process.waitFor();
  }
}
