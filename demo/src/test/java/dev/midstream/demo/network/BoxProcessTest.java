package dev.midstream.demo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Tag("live")
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class BoxProcessTest {
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  @BeforeAll
  static void assumeNamespaces() {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
  }

  @Test
  void failsToStartWhenTheProgramIsNeverReady() throws IOException {
    try (Namespace namespace = Namespace.make()) {
      List<String> silent = List.of("sh", "-c", "echo busy >&2; exec sleep 600");
      assertThatThrownBy(() -> BoxProcess.start(namespace, silent, TIMEOUT))
          .isInstanceOf(IOException.class)
          .hasMessage("the program is not ready within 500 ms: said=[busy]");
    }
  }

  @Test
  void outlivesTheThreadThatStartedIt() throws Exception {
    List<String> waiting = List.of("sh", "-c", "echo midstream ready; read line; exit 3");
    try (Namespace namespace = Namespace.make()) {
      List<BoxProcess> started = new ArrayList<>();
      Thread starter = Thread.ofPlatform().start(() -> start(namespace, waiting, started));
      starter.join();
      try (BoxProcess box = started.getFirst()) {
        assertThat(box.onExit().completeOnTimeout(-1, 500, TimeUnit.MILLISECONDS).join())
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void dropsVariablesThatJavaReportsOnStderr() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", "/bin");
    environment.put("JAVA_TOOL_OPTIONS", "-Xmx1g");
    environment.put("_JAVA_OPTIONS", "-Xmx1g");
    environment.put("JDK_JAVA_OPTIONS", "-Xmx1g");
    BoxProcess.removeJavaOptions(environment);
    assertThat(environment).containsOnlyKeys("PATH");
  }

  private static void start(Namespace namespace, List<String> command, List<BoxProcess> started) {
    try {
      started.add(BoxProcess.start(namespace, command));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
