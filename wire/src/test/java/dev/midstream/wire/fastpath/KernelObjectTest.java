package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The object that is loaded is what the source compiles to, and nothing else is read as one. */
class KernelObjectTest {
  private static final List<String> SECTIONS = List.of("tc", "filter", "socket");
  private static final String COMPILER = "clang version 14.";

  @TempDir private Path directory;

  @Test
  @DisplayName("the kernel's program is compiled from its source")
  void isCompiledFromItsSource() throws IOException, InterruptedException {
    assumeTrue(isCompilerThere(), "skipped: no clang 14");
    Path compiled = directory.resolve("fastpath.o");
    String compile = Path.of("src", "main", "bpf", "compile").toString();
    assertThat(run(compile, compiled.toString())).isZero();
    KernelObject fresh = KernelObject.read(Files.readAllBytes(compiled));
    KernelObject kept = KernelObject.read(kept());
    for (String section : SECTIONS) {
      assertThat(fresh.program(section)).isEqualTo(kept.program(section));
      assertThat(fresh.references(section)).isEqualTo(kept.references(section));
    }
    assertThat(fresh.maps()).isEqualTo(kept.maps());
  }

  @Test
  @DisplayName("a file that is no object, or a part of one, is refused")
  void refusesOtherFiles() throws IOException {
    byte[] object = kept();
    byte[] other = object.clone();
    other[18] = 62;
    assertRefused(other);
    assertRefused(new byte[0]);
    for (int length = 0; length < object.length; length += 97) {
      assertRefused(Arrays.copyOf(object, length));
    }
    assertRefused(Arrays.copyOf(object, object.length - 1));
  }

  private static void assertRefused(byte[] octets) {
    assertThatThrownBy(() -> KernelObject.read(octets))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static byte[] kept() throws IOException {
    try (InputStream in = KernelObjectTest.class.getResourceAsStream("fastpath.o")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private boolean isCompilerThere() throws IOException, InterruptedException {
    Path output = directory.resolve("version");
    try {
      Process process =
          new ProcessBuilder("clang", "--version").redirectOutput(output.toFile()).start();
      process.waitFor();
    } catch (IOException absent) {
      return false;
    }
    return Files.readString(output, StandardCharsets.UTF_8).contains(COMPILER);
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
