package dev.midstream.gateway.plugin;

import dev.midstream.modcmd.call.ForeignFailure;
import org.jspecify.annotations.Nullable;

/** A call of code that others wrote. Whatever it throws is its own mistake, not the program's. */
public final class ForeignCall {

  private ForeignCall() {}

  /**
   * The result of a call.
   *
   * @param <T> the type of a result
   * @param value what the code returned; null if it threw, and possibly if it did not
   * @param failure what it threw, as text; null if it returned
   */
  public record Result<T>(@Nullable T value, @Nullable String failure) {}

  /** Code that others wrote. */
  @FunctionalInterface
  public interface Code<T> {
    /** Runs it. */
    @Nullable T run();
  }

  /** Runs the code, and catches whatever it throws: some languages check no exceptions. */
  @SuppressWarnings("IllegalCatch") // whatever it is, only the rules of this plug-in may fail
  public static <T> Result<T> of(Code<T> code) {
    try {
      return new Result<>(code.run(), null);
    } catch (Throwable thrown) {
      return new Result<>(null, ForeignFailure.text(thrown));
    }
  }
}
