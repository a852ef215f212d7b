package dev.midstream.modcmd.call;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;

/** What code that others wrote has thrown, as text. Its class may be a foreign one, too. */
public final class ForeignFailure {
  /** The packages of the program that an agent calls. */
  private static final List<String> GIVEN_TO_AGENTS =
      List.of("dev.midstream.agent.", "dev.midstream.modcmd.");

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
      return Objects.requireNonNull(told(thrown).toString());
    } catch (Throwable _) {
      return thrown.getClass().getName();
    }
  }

  /** The name of the class of {@code thrown}, or of the cause that it wraps. */
  @SuppressWarnings("IllegalCatch") // no failure may hide the one that is told
  static String kind(Throwable thrown) {
    try {
      return told(thrown).getClass().getName();
    } catch (Throwable _) {
      return thrown.getClass().getName();
    }
  }

  /**
   * The innermost frame of an agent that was called by {@code caller}, with class, method, file and
   * line; empty if there is none, or {@code thrown} does not tell it. Neither the JDK nor what the
   * program gives to agents is the agent.
   */
  @SuppressWarnings("IllegalCatch") // no failure may hide the one that is told
  static String placeInAgent(Throwable thrown, Class<?> caller) {
    try {
      return Arrays.stream(told(thrown).getStackTrace())
          .takeWhile(frame -> !frame.getClassName().equals(caller.getName()))
          .filter(ForeignFailure::isOfAgent)
          .findFirst()
          .map(ForeignFailure::text)
          .orElse("");
    } catch (Throwable _) {
      return "";
    }
  }

  private static boolean isOfAgent(StackTraceElement frame) {
    String module = Objects.requireNonNullElse(frame.getModuleName(), "");
    boolean isOfJdk = module.startsWith("java.") || module.startsWith("jdk.");
    return !isOfJdk && GIVEN_TO_AGENTS.stream().noneMatch(frame.getClassName()::startsWith);
  }

  private static String text(StackTraceElement frame) {
    String file = frame.getFileName();
    String line = frame.getLineNumber() < 0 ? "" : ":" + frame.getLineNumber();
    String where = file == null ? "unknown" : file + line;
    return frame.getClassName() + "." + frame.getMethodName() + "(" + where + ")";
  }

  private static Throwable told(Throwable thrown) {
    Throwable told = thrown;
    while (isWrapper(told) && told.getCause() != null) {
      told = told.getCause();
    }
    return told;
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof ServiceConfigurationError
        || thrown instanceof ExceptionInInitializerError;
  }
}
