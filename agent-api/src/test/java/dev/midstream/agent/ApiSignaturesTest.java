package dev.midstream.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Compares what plug-ins can name of this module with a kept file. It is read from the compiled
 * classes, since tools that compare releases need an earlier one, and there is none.
 *
 * <p>With {@code -Dmidstream.write-signatures=true} the file is written first.
 */
class ApiSignaturesTest {
  private static final Path KEPT = Path.of("src/test/resources/dev/midstream/agent/signatures.txt");
  private static final String TYPES = SignatureSamples.class.getName() + "$";
  private static final String HEAD =
      "the public signatures of agent-api differ from " + KEPT + ":\n";
  private static final String ADVICE =
      """
      A line that is gone or changed, and a new abstract method of what agents implement, needs a
      new major version (ApiVersion.CURRENT); another new line needs a new minor version. Write the
      file anew, in the commit of the change:
      ./mvnw -pl agent-api test -Dtest=ApiSignaturesTest -Dmidstream.write-signatures=true
      """;

  @Test
  @DisplayName("OWN-4 the public signatures are those of the kept file")
  void matchesTheKeptFile() throws Exception {
    List<String> current = new ArrayList<>();
    current.add("Midstream-Agent-Api: " + ApiVersion.CURRENT);
    current.addAll(ApiSignatures.ofAllBeside(Agent.class));
    if (Boolean.getBoolean("midstream.write-signatures")) {
      Files.write(KEPT, current);
    }

    assertThat(difference(Files.readAllLines(KEPT), current)).isEmpty();
    assertThat(current)
        .contains(Agent.class.getName() + " | public default boolean denies()")
        .noneMatch(line -> line.startsWith(StatelessCodec.class.getName()));
  }

  @Test
  @DisplayName("OWN-4 a difference names each signature, and says what to do")
  void namesTheDifference() {
    List<String> kept = List.of("same", "gone", "type | int old()");

    assertThat(difference(kept, kept)).isEmpty();
    assertThat(difference(kept, List.of("same", "type | long old()", "new")))
        .startsWith("the public signatures of agent-api differ from src/test/resources/")
        .contains("signatures.txt:\n- gone\n- type | int old()\n+ type | long old()\n+ new\n")
        .contains("new major version", "new minor version", "-Dmidstream.write-signatures=true");
  }

  @Test
  @DisplayName("OWN-4 the signatures of a type have everything that other code can name")
  void writesTypes() {
    List<Class<?>> types =
        List.of(
            SignatureSamples.Shape.class,
            SignatureSamples.Circle.class,
            SignatureSamples.Size.class,
            SignatureSamples.Base.class,
            SignatureSamples.Hidden.class,
            SignatureSamples.Hidden.Inner.class);

    assertThat(ApiSignatures.of(types))
        .extracting(line -> line.replace(TYPES, "").replace("java.lang.", ""))
        .containsExactly(
            "Base | @NullMarked public abstract static class"
                + " <T extends Comparable<? super T> & Runnable> extends Object",
            "Base | protected <init>()",
            "Base | protected final @Nullable String name",
            "Base | public <E extends Exception> @Nullable T find(java.util.List<@Nullable T>, String...)"
                + " throws E, java.io.IOException",
            "Circle | @NullMarked public static final record(@Nullable String name, java.util.List<int[]> sizes)"
                + " extends Record implements Shape<String>",
            "Circle | public <init>(@Nullable String, java.util.List<int[]>)",
            "Circle | public @Nullable String name()",
            "Circle | public String one(String)",
            "Circle | public java.util.List<int[]> sizes()",
            "Shape | @NullMarked public abstract static sealed interface <T extends Object>"
                + " permits Circle",
            "Shape | public abstract T one(T)",
            "Shape | public default boolean two()",
            "Shape | public static boolean three()",
            "Shape | public static final int NUMBER = 7",
            "Shape | public static final String TEXT = a text",
            "Shape | public static final java.util.List<String> LIST",
            "Size | @NullMarked public static final enum extends Enum<Size>",
            "Size | public static Size valueOf(String)",
            "Size | public static Size[] values()",
            "Size | public static final Size LARGE");
  }

  /** A text for the author of a change; empty if nothing has changed. */
  private static String difference(List<String> kept, List<String> current) {
    List<String> lines = new ArrayList<>();
    kept.stream().filter(line -> !current.contains(line)).forEach(line -> lines.add("- " + line));
    current.stream().filter(line -> !kept.contains(line)).forEach(line -> lines.add("+ " + line));
    return lines.isEmpty() ? "" : HEAD + String.join("\n", lines) + "\n" + ADVICE;
  }
}
