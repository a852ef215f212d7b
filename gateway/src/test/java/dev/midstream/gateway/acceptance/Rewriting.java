package dev.midstream.gateway.acceptance;

import dev.midstream.gateway.command.CommandRun;
import dev.midstream.gateway.rewrite.CaptureRewriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs {@code rewrite} in this JVM, each time with a new output file in one directory. */
final class Rewriting {
  private final Path directory;
  private final AtomicInteger runs = new AtomicInteger();

  Rewriting(Path directory) {
    this.directory = directory;
  }

  /**
   * The result of one run.
   *
   * @param program exit code and stderr
   * @param out the output file; exists only if the run succeeded
   */
  record Result(CommandRun program, Path out) {}

  Result run(Path in, String configuration, String receiver) throws IOException {
    int number = runs.incrementAndGet();
    Path config = Files.writeString(directory.resolve(number + ".yaml"), configuration);
    Path out = directory.resolve(number + ".out");
    CommandRun program =
        CommandRun.of(
            new CaptureRewriter(System::nanoTime, false),
            Map.of(),
            "rewrite",
            "--config",
            config,
            "--receiver",
            receiver,
            in,
            out);
    return new Result(program, out);
  }

  Result enforce(Path in, Pairs pairs) throws IOException {
    return run(in, pairs.configuration("enforce"), "original");
  }

  Result monitor(Path in, Pairs pairs) throws IOException {
    return run(in, pairs.configuration("monitor"), "original");
  }
}
