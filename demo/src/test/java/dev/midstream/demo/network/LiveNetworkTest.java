package dev.midstream.demo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What networks do where something is missing or goes away. */
@Tag("live")
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class LiveNetworkTest {
  private static final String NO_IPV6 =
      "mount -t tmpfs none /proc/sys/net || { echo not prepared; exit; }; exec \"$@\"";

  @BeforeAll
  static void wantNameSpaces() {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
  }

  @Test
  void interfacesOfANewNetworkStayAsTheyAre() throws IOException {
    try (Network network = Network.make(1_500)) {
      assertThat(network.box().ask("sh", "-c", "timeout 1.5 ip monitor link; true")).isEmpty();
    }
  }

  @Test
  void aNameSpaceThatIsGoneRefusesWork() throws Exception {
    NameSpace gone = gone();
    assertThatThrownBy(() -> gone.in(() -> "done"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot enter the name space: pid=" + gone.pid());
  }

  @Test
  void noBadWireStartsInANameSpaceThatIsGone() throws Exception {
    NameSpace gone = gone();
    assertThatThrownBy(() -> BoxedWire.start(gone, new FaultyBox(new Impairment(1, 1, 1), 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot enter the name space: pid=" + gone.pid());
  }

  @Test
  void aProgramThatIsNeverReadyDoesNotStart() throws IOException {
    Duration moment = Duration.ofMillis(500);
    try (NameSpace nameSpace = NameSpace.make()) {
      List<String> silent = List.of("sh", "-c", "echo busy >&2; exec sleep 600");
      assertThatThrownBy(() -> BoxProcess.start(nameSpace, silent, moment))
          .isInstanceOf(IOException.class)
          .hasMessage("the program is not ready within 500 ms: said=[busy]");
    }
  }

  @Test
  void whoStartsAProgramMayEnd() throws Exception {
    List<String> patient = List.of("sh", "-c", "echo midstream ready; read line; exit 3");
    try (NameSpace nameSpace = NameSpace.make()) {
      List<BoxProcess> started = new ArrayList<>();
      Thread starter = Thread.ofPlatform().start(() -> start(nameSpace, patient, started));
      starter.join();
      try (BoxProcess box = started.getFirst()) {
        assertThat(box.onExit().completeOnTimeout(-1, 500, TimeUnit.MILLISECONDS).join())
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void aProgramDoesNotHearWhatJavaWouldRepeat() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", "/bin");
    environment.put("JAVA_TOOL_OPTIONS", "-Xmx1g");
    environment.put("_JAVA_OPTIONS", "-Xmx1g");
    environment.put("JDK_JAVA_OPTIONS", "-Xmx1g");
    BoxProcess.silence(environment);
    assertThat(environment).containsOnlyKeys("PATH");
  }

  @Test
  @DisplayName("a network does without IPv6 where the kernel has none")
  void doesWithoutIpv6() throws IOException {
    String missing = Privilege.missingForNobody();
    assumeTrue(missing == null, () -> "skipped: no user name spaces: " + missing);
    List<String> command = new ArrayList<>(Privilege.AS_NOBODY);
    command.addAll(List.of("unshare", "--mount", "sh", "-c", NO_IPV6, "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(NetworkTrial.class.getName());
    String said = Shell.run("", command);
    assumeTrue(!said.startsWith("not prepared"), "skipped: cannot be prepared");
    assertThat(said).contains(Network.CLIENT).doesNotContain(Network.CLIENT_6);
  }

  private static NameSpace gone() throws Exception {
    NameSpace nameSpace = NameSpace.make();
    ProcessHandle keeper = ProcessHandle.of(nameSpace.pid()).orElseThrow();
    nameSpace.close();
    ProcessHandle ignored = keeper.onExit().get(20, TimeUnit.SECONDS);
    return nameSpace;
  }

  private static void start(NameSpace nameSpace, List<String> command, List<BoxProcess> started) {
    try {
      started.add(BoxProcess.start(nameSpace, command));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
