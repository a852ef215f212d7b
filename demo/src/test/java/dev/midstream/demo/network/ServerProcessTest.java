package dev.midstream.demo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("live")
class ServerProcessTest {
  private static final int PORT = 7000;
  private static final List<String> JAVA =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-cp",
          System.getProperty("java.class.path"),
          StandInServer.class.getName());

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
  }

  @Test
  @DisplayName("OWN-3 a server that ends early fails with what it said")
  void failsWithWhatTheServerSaid() throws IOException {
    List<String> broken = List.of("sh", "-c", "echo no such option; exit 3");
    try (Namespace namespace = Namespace.make()) {
      assertThatThrownBy(() -> ServerProcess.start(namespace, broken, PORT, directory))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("the server ended: exit-code=3: ")
          .hasMessageEndingWith("said=no such option");
    }
  }

  @Test
  @DisplayName("OWN-3 a server listens when it is started, and has ended when it is closed")
  void endsWhenClosed() throws IOException {
    try (Namespace namespace = Namespace.make()) {
      List<ProcessHandle> before = ProcessHandle.current().children().toList();
      ServerProcess server = ServerProcess.start(namespace, JAVA, PORT, directory);
      List<ProcessHandle> started =
          ProcessHandle.current().children().filter(each -> !before.contains(each)).toList();
      assertThat(started).isNotEmpty();
      server.close();
      assertThat(started).noneMatch(ProcessHandle::isAlive);
    }
  }
}
