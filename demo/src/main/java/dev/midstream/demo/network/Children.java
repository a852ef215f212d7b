package dev.midstream.demo.network;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts processes that end at the latest with this one. */
final class Children {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** Starts every process: the kernel kills a process when the thread that started it ends. */
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("starter of processes").factory());

  private Children() {}

  /**
   * Starts {@code command} in a namespace, with further {@code settings} of the process.
   *
   * @throws IOException if it cannot be started; a command that is not there ends early instead
   */
  static Process start(Namespace namespace, List<String> command, Consumer<ProcessBuilder> settings)
      throws IOException {
    List<String> whole = new ArrayList<>(Privilege.KILLED_WITH_PARENT);
    whole.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(namespace.command(whole.toArray(String[]::new)));
    settings.accept(builder);
    return await(STARTER.submit(builder::start), START_TIMEOUT, "started");
  }

  /** The result of a step of a program that starts. */
  static <T extends @Nullable Object> T await(Future<T> step, Duration timeout, String aim)
      throws IOException {
    try {
      return step.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "the program is not %s within %d ms".formatted(aim, timeout.toMillis()), e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
