package dev.midstream.gateway.run;

import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.wire.port.PortException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;

/** All workers of the program. They start and end together. */
public final class Workers {
  /** Leaves time for what is closed after the workers ({@link EndTime}). */
  private static final int END_TIMEOUT_MILLIS = 4_000;

  private final List<Worker> workers;
  private final EndTime end;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  Workers(List<Worker> workers) {
    this(workers, new EndTime(System::nanoTime));
  }

  /** Workers that end within {@code end}. */
  Workers(List<Worker> workers, EndTime end) {
    this.workers = List.copyOf(workers);
    this.end = end;
  }

  public List<Worker> list() {
    return workers;
  }

  /** Opens every worker's port, without forwarding. If one cannot be opened, all are closed. */
  void open() throws InputException, IOException, FailureException {
    workers.forEach(Worker::start);
    CompletableFuture<Void> all = all(Worker::opened);
    try {
      all.join();
    } catch (CompletionException _) {
      stop();
      end();
    }
  }

  /** Forwards packets until {@link #stop}, or until a worker fails. */
  void run() throws InputException, IOException, FailureException {
    workers.forEach(Worker::begin);
    CompletableFuture<?>[] ends =
        Stream.concat(Stream.of(stopped), workers.stream().map(Worker::ended))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.anyOf(ends).join();
    } catch (CompletionException _) {
      stop();
    }
    end();
  }

  /** Ends all workers; from any thread, at any time. */
  void stop() {
    end.begin();
    workers.forEach(Worker::stop);
    stopped.complete(null);
  }

  boolean isStopped() {
    return stopped.isDone();
  }

  private void end() throws InputException, IOException, FailureException {
    long millis = Math.min(END_TIMEOUT_MILLIS, end.leftMillis());
    try {
      all(Worker::ended).orTimeout(millis, TimeUnit.MILLISECONDS).join();
    } catch (CompletionException _) {
      for (Worker worker : workers) {
        throwFailure(worker);
      }
    }
  }

  private static void throwFailure(Worker worker)
      throws InputException, IOException, FailureException {
    if (!worker.ended().isDone()) {
      Throwable cause = new TimeoutException();
      throw new FailureException("a worker does not end, worker=" + worker.number(), cause);
    }
    if (!worker.ended().isCompletedExceptionally()) {
      return;
    }
    Throwable failure = worker.ended().exceptionNow();
    switch (failure) {
      case PortException refused -> throw new InputException(String.valueOf(refused.getMessage()));
      case InputException refused -> throw refused;
      case UncheckedIOException io -> throw io.getCause();
      case FailureException own -> throw own;
      default ->
          throw new FailureException(
              "a worker failed, worker=" + worker.number() + " error=" + failure, failure);
    }
  }

  private CompletableFuture<Void> all(Function<Worker, CompletableFuture<?>> step) {
    return CompletableFuture.allOf(workers.stream().map(step).toArray(CompletableFuture<?>[]::new));
  }
}
