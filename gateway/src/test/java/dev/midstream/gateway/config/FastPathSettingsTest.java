package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.midstream.gateway.config.FastPathSettings.Use;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FastPathSettingsTest {
  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("the fast path is one word, or a section")
  void readsTheFastPathAsAWord() throws Exception {
    assertThat(LoadedText.load(directory, "fast-path: auto").fastPath())
        .isEqualTo(new FastPathSettings(Use.AUTO, 65_536, 65_536));
    assertThat(LoadedText.load(directory, "fast-path: off").fastPath().use()).isEqualTo(Use.OFF);
    assertThat(LoadedText.load(directory, "fast-path: { entries: 2 }").fastPath())
        .isEqualTo(new FastPathSettings(FastPathSettings.DEFAULTS.use(), 65_536, 2));
    assertThat(LoadedText.load(directory, "fast-path: off").fastPath().passesEarly()).isFalse();
    String early = "fast-path: { pass-early: true }";
    assertThat(LoadedText.load(directory, early).fastPath().passesEarly()).isTrue();
  }

  @Test
  @DisplayName("on a crash nothing passes, unless that is wanted")
  void readsOnCrash() throws Exception {
    assertThat(LoadedText.load(directory, "").fastPath().onCrash())
        .isEqualTo(new OnCrash(OnCrash.Way.CLOSED, 1_000_000_000));
    String open = "fast-path: auto\non-crash: open\non-crash-after: 2s";
    assertThat(LoadedText.load(directory, open).fastPath().onCrash())
        .isEqualTo(new OnCrash(OnCrash.Way.OPEN, 2_000_000_000));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("fastPaths")
  @DisplayName("a wrong key is reported with file, line and the expected value")
  void reportsProblem(String text, String problem) throws Exception {
    assertThat(LoadedText.problems(directory, text)).containsExactly("c.yaml:" + problem);
  }

  static Stream<Arguments> fastPaths() {
    return Stream.of(
        arguments(
            "fast-path: off\non-crash: open",
            "2: is not possible with fast-path=off, key=on-crash value=open"),
        arguments(
            "on-crash: open\nport: { kind: tun, inside: a, outside: b }",
            "1: is possible with port.kind=afpacket only, key=on-crash value=open"),
        arguments(
            "on-crash-after: 10ms", "1: must be from 100ms to 1h, key=on-crash-after value=10ms"),
        arguments("fast-path: on", "1: must be one of auto, off, require, key=fast-path value=on"),
        arguments(
            "fast-path:\n  mode: yes",
            "2: must be one of auto, off, require, key=fast-path.mode value=yes"),
        arguments(
            "fast-path:\n  entries: 1",
            "2: must be from 2 to 16777216, key=fast-path.entries value=1"),
        arguments(
            "fast-path:\n  least-bytes: 1",
            "2: unknown key, key=fast-path.least-bytes nearest=least-octets"));
  }
}
