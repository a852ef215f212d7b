package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.network.Privilege;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenes around a box that does nothing. */
@Tag("live")
class DemoNetworkTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
  }

  @Test
  @DisplayName("OWN-3 a scene that exceeds its time has failed, and the next one runs")
  void runsTheNextSceneAfterATimeout() throws IOException {
    assertThat(run(new EndlessScene(), new EmptyScene()))
        .containsExactly(
            new Verdict("endless", false, "not over within 2 s"), new Verdict("empty", true, ""));
  }

  @Test
  @DisplayName("OWN-3 an error in a scene becomes its verdict, and the next one runs")
  void runsTheNextSceneAfterAnError() throws IOException {
    assertThat(run(new BrokenScene(), new EmptyScene()))
        .containsExactly(new Verdict("broken", false, "cut"), new Verdict("empty", true, ""));
  }

  @Test
  @DisplayName("OWN-3 a scene whose programs are missing is left out, and the next one runs")
  void leavesOutASceneWithoutItsPrograms() throws IOException {
    assertThat(run(new UnequippedScene(), new EmptyScene()))
        .containsExactly(
            Verdict.leftOut("unequipped", List.of("a server")), new Verdict("empty", true, ""));
  }

  private List<Verdict> run(Scene... scenes) throws IOException {
    PrintWriter out = new PrintWriter(new StringWriter());
    Screen screen = new Screen(out, out, false, System::nanoTime);
    List<Verdict> verdicts = new ArrayList<>();
    ReExec program = new ReExec(StandInBox.class.getName());
    try (DemoNetwork network = new DemoNetwork(directory, program, screen, TIMEOUT, List.of())) {
      assertThat(network.build(() -> Network.make(1_500))).isNull();
      network.run("short", false, List.of(scenes), verdicts);
    }
    return verdicts;
  }

  private record EndlessScene() implements Scene {
    @Override
    public String name() {
      return "endless";
    }

    @Override
    public Verdict run(Network network, Screen screen) throws IOException {
      LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(1));
      throw new IOException("interrupted");
    }
  }

  private record UnequippedScene() implements Scene {
    @Override
    public String name() {
      return "unequipped";
    }

    @Override
    public List<String> missing() {
      return List.of("a server");
    }

    @Override
    public Verdict run(Network network, Screen screen) throws IOException {
      throw new IOException("played");
    }
  }

  private record BrokenScene() implements Scene {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public Verdict run(Network network, Screen screen) throws IOException {
      throw new IOException("cut");
    }
  }

  private record EmptyScene() implements Scene {
    @Override
    public String name() {
      return "empty";
    }

    @Override
    public Verdict run(Network network, Screen screen) {
      return new Verdict(name(), true, "");
    }
  }
}
