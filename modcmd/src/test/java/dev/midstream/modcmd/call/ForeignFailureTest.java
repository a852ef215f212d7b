package dev.midstream.modcmd.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ServiceConfigurationError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ForeignFailureTest {
  private final IllegalStateException broken = new IllegalStateException("broken");

  /** An error whose text is {@code text}, or that has none. */
  private static final class Told extends Error {
    private static final long serialVersionUID = 1;
    private final @Nullable String text;

    Told(@Nullable String text) {
      this.text = text;
    }

    @Override
    @SuppressWarnings({"NullAway", "OverrideThrowableToString"}) // as foreign classes do
    public String toString() {
      return text;
    }
  }

  /** An error that throws another one when its text is asked. */
  private static final class Unprintable extends InternalError {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new Told("when asked");
    }
  }

  @Test
  @DisplayName("the text of a failure is what it says of itself, or the name of its class")
  void tellsWhatWasThrown() {
    assertThat(ForeignFailure.text(broken)).isEqualTo("java.lang.IllegalStateException: broken");
    assertThat(ForeignFailure.text(new Told("own text"))).isEqualTo("own text");
    assertThat(ForeignFailure.text(new Told(null))).isEqualTo(Told.class.getName());
    assertThat(ForeignFailure.text(new Unprintable())).isEqualTo(Unprintable.class.getName());
  }

  @Test
  @DisplayName("a failure that wraps another one tells that one")
  void tellsTheCause() {
    Throwable wrapped = new ServiceConfigurationError("", new ExceptionInInitializerError(broken));

    assertThat(ForeignFailure.text(wrapped)).isEqualTo("java.lang.IllegalStateException: broken");
    assertThat(ForeignFailure.text(new ServiceConfigurationError("none"))).endsWith("none");
    assertThat(ForeignFailure.text(new IllegalStateException("outer", broken))).endsWith("outer");
  }

  /** An error with a stack of its own. */
  private static final class Placed extends Error {
    private static final long serialVersionUID = 1;

    Placed(StackTraceElement... frames) {
      setStackTrace(frames);
    }
  }

  /** An error that does not tell its stack. */
  private static final class Placeless extends Error {
    private static final long serialVersionUID = 1;

    @Override
    public StackTraceElement[] getStackTrace() {
      throw this;
    }
  }

  private static StackTraceElement frame(@Nullable String module, String className) {
    return new StackTraceElement("loader", module, "1", className, "call", "File.java", 7);
  }

  private static StackTraceElement frame(String className) {
    return frame(null, className);
  }

  private static String placeOf(Throwable thrown) {
    return ForeignFailure.placeInAgent(thrown, ForeignFailureTest.class);
  }

  @Test
  @DisplayName("C-20 the place of a failure is the innermost frame of the agent")
  void tellsThePlace() {
    StackTraceElement caller = frame(ForeignFailureTest.class.getName());
    Throwable deep =
        new Placed(
            frame("java.base", "java.util.ArrayList"),
            frame("jdk.net", "jdk.net.Sockets"),
            frame("dev.midstream.agent.framing.Line"),
            frame("dev.midstream.modcmd.call.MemoryView"),
            frame("dev.midstream.agents.Own"),
            frame("example.Agent"),
            caller);

    assertThat(placeOf(deep)).isEqualTo("dev.midstream.agents.Own.call(File.java:7)");
    assertThat(placeOf(new ExceptionInInitializerError(deep))).isEqualTo(placeOf(deep));
    assertThat(placeOf(new Placed(caller, frame("example.Caller")))).isEmpty();
    assertThat(placeOf(new Placed())).isEmpty();
    assertThat(placeOf(new Placeless())).isEmpty();
    assertThat(placeOf(new Placed(new StackTraceElement("example.Agent", "call", null, -1))))
        .isEqualTo("example.Agent.call(unknown)");
  }

  @Test
  @DisplayName("C-20 the kind of a failure is its class, which holds no octets")
  void tellsTheKind() {
    assertThat(ForeignFailure.kind(new NumberFormatException("octets")))
        .isEqualTo("java.lang.NumberFormatException");
    assertThat(ForeignFailure.kind(new ExceptionInInitializerError(broken)))
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  @DisplayName("C-20 a failure is the agent's, but for errors of the virtual machine")
  void throwsErrorsOfTheVirtualMachineAgain() {
    Error own = new OutOfMemoryError("as a test wants");

    assertThatThrownBy(() -> ForeignFailure.textOfAgent(own)).isSameAs(own);
    assertThat(ForeignFailure.textOfAgent(new StackOverflowError("deep"))).endsWith("deep");
    assertThat(ForeignFailure.textOfAgent(new Told("own text"))).isEqualTo("own text");
  }
}
