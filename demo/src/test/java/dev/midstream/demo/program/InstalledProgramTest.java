package dev.midstream.demo.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InstalledProgramTest {

  @Test
  @DisplayName("OWN-3 a program is found where it lies")
  void findsAProgram() throws IOException {
    InstalledProgram shell = InstalledProgram.of("sh");

    assertThat(shell.missing()).isEmpty();
    assertThat(Path.of(shell.path())).isExecutable().hasFileName("sh");
  }

  @Test
  @DisplayName("OWN-3 what is missing is named together with what it belongs to")
  void namesWhatIsMissing() {
    InstalledProgram program = new InstalledProgram("no-such-program", "No Such Package");

    assertThat(program.missing()).containsExactly("no-such-program of No Such Package");
    assertThat(InstalledProgram.of("no-such-program").missing()).containsExactly("no-such-program");
    assertThatThrownBy(program::path).isInstanceOf(IOException.class);
  }

  @Test
  @DisplayName("OWN-3 a directory is no program")
  void ignoresDirectories() {
    assertThat(InstalledProgram.of("../bin").missing()).containsExactly("../bin");
  }
}
