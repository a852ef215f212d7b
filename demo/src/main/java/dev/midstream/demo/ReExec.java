package dev.midstream.demo;

import dev.midstream.demo.network.Privilege;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The program started once more, as root of a user name space, in the place of this process. */
final class ReExec {
  private final List<String> command;

  ReExec(List<String> command) {
    this.command = new ArrayList<>(Privilege.AS_NOBODY);
    this.command.addAll(command);
  }

  /**
   * Runs it with this process's input and output. A signal ends both, the successor first.
   *
   * @return its exit code
   */
  int run() throws IOException, InterruptedException {
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
