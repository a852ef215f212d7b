package dev.midstream.modcmd.call;

import java.util.Objects;
import java.util.ServiceConfigurationError;

/** What code that others wrote has thrown, as text. Its class may be a foreign one, too. */
public final class ForeignFailure {

  private ForeignFailure() {}

  /**
   * The text of what an agent has thrown in a call. It is the agent's own failure, whatever its
   * class is, also if its stack was too deep.
   *
   * @throws VirtualMachineError the same one again, such as for memory: whatever code runs may be
   *     the next to get it
   */
  public static String textOfAgent(Throwable thrown) {
    if (thrown instanceof VirtualMachineError error && !(thrown instanceof StackOverflowError)) {
      throw error;
    }
    return text(thrown);
  }

  /**
   * The text of {@code thrown}, or of the cause that it wraps; the name of its class if it has no
   * text or cannot tell it. Throws nothing of its own.
   */
  @SuppressWarnings("IllegalCatch") // no failure may hide the one that is told
  public static String text(Throwable thrown) {
    try {
      Throwable told = thrown;
      while (isWrapper(told) && told.getCause() != null) {
        told = told.getCause();
      }
      return Objects.requireNonNull(told.toString());
    } catch (Throwable _) {
      return thrown.getClass().getName();
    }
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof ServiceConfigurationError
        || thrown instanceof ExceptionInInitializerError;
  }
}
