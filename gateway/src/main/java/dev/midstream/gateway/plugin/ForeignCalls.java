package dev.midstream.gateway.plugin;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.modcmd.call.ForeignFailure;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls of code that others wrote, at the start of the program. Whatever it throws is its own
 * mistake, and so is a call that lasts too long. Not thread-safe.
 */
public final class ForeignCalls {
  /*
   * Each call runs on a thread of its own. One that lasts too long is interrupted and left behind.
   * Its thread keeps no program from ending, and what it returns later is lost. So code must write
   * only into objects that are used after it has returned in time.
   */

  /** The time that one call has if nothing else is said. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private final Duration limit;
  private @Nullable String late;

  /**
   * @param limit the time that one call has
   */
  public ForeignCalls(Duration limit) {
    this.limit = limit;
  }

  /**
   * The result of a call.
   *
   * @param <T> the type of a result
   * @param value what the code returned; null if it failed, and possibly if it did not
   * @param failure what it threw, or that it did not return, as text; null if it returned
   */
  public record Result<T>(@Nullable T value, @Nullable String failure) {}

  /** Code that others wrote. */
  @FunctionalInterface
  public interface Code<T> {
    /** Runs it. */
    @Nullable T run();
  }

  /**
   * Runs the code, and waits for it no longer than the limit. After a call that did not return in
   * time no other one is made: each fails at once, as that one did.
   *
   * @param method what is called, for the text of a failure
   */
  public <T> Result<T> of(String method, Code<T> code) {
    if (late != null) {
      return new Result<>(null, late);
    }
    FutureTask<Result<T>> call = new FutureTask<>(() -> resultOf(code));
    Thread.ofPlatform().name("plug-in").daemon().start(call);
    try {
      return call.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      call.cancel(true);
      late = method + " did not return within " + Quantity.NANOS.format(limit.toNanos());
      return new Result<>(null, late);
    } catch (InterruptedException _) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      return new Result<>(null, method + " was interrupted");
    } catch (ExecutionException e) {
      return new Result<>(null, ForeignFailure.text(e));
    }
  }

  /** Whether a call did not return in time. */
  public boolean areLate() {
    return late != null;
  }

  /** Catches whatever the code throws: some languages check no exceptions. Its text is foreign. */
  @SuppressWarnings("IllegalCatch") // whatever it is, only the rules of this plug-in may fail
  private static <T> Result<T> resultOf(Code<T> code) {
    try {
      return new Result<>(code.run(), null);
    } catch (Throwable thrown) {
      return new Result<>(null, ForeignFailure.text(thrown));
    }
  }
}
