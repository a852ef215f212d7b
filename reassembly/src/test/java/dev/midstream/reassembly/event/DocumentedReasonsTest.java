package dev.midstream.reassembly.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Compares docs/reasons.md with the reason codes. */
class DocumentedReasonsTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z-]+)` \\| [^|]+ \\| [^|]+ \\|$", Pattern.MULTILINE);

  /** Counted by the program, which reads captures, not by the engine. */
  private static final String OF_THE_PROGRAM = "bad-input";

  @Test
  @DisplayName("every reason code is documented once, and every documented code exists")
  void documentsEveryReason() throws IOException {
    List<String> known = new ArrayList<>(Arrays.stream(Reason.values()).map(Reason::code).toList());
    known.add(OF_THE_PROGRAM);

    assertThat(documented()).containsExactlyInAnyOrderElementsOf(known);
  }

  private static List<String> documented() throws IOException {
    Matcher row = ROW.matcher(Files.readString(Path.of("../docs/reasons.md")));
    List<String> codes = new ArrayList<>();
    while (row.find()) {
      codes.add(row.group(1));
    }
    return codes;
  }
}
