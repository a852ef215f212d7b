package dev.midstream.demo.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

@Tag("live")
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class NetworkTest {
  private static final String NO_IPV6 =
      "mount -t tmpfs none /proc/sys/net || { echo not prepared; exit; }; exec \"$@\"";

  @BeforeAll
  static void assumeNamespaces() {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
  }

  @Test
  void leavesNewInterfacesUnchanged() throws IOException {
    try (Network network = Network.make(1_500)) {
      assertThat(network.box().output("sh", "-c", "timeout 1.5 ip monitor link; true")).isEmpty();
    }
  }

  @Test
  void refusesToEnterADestroyedNamespace() throws Exception {
    Namespace gone = destroyed();
    assertThatThrownBy(() -> gone.call(() -> "done"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot enter the name space: pid=" + gone.pid());
  }

  @Test
  void refusesAWireInADestroyedNamespace() throws Exception {
    Namespace gone = destroyed();
    assertThatThrownBy(() -> BoxedWire.start(gone, new FaultyBox(new Impairment(1, 1, 1), 1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot enter the name space: pid=" + gone.pid());
  }

  @Test
  @DisplayName("a network has no IPv6 addresses where the kernel has no IPv6")
  void omitsIpv6WhereTheKernelHasNone() throws IOException {
    String missing = Privilege.missingInUserNamespace();
    assumeTrue(missing == null, () -> "skipped: no user name spaces: " + missing);
    List<String> command = new ArrayList<>(Privilege.IN_USER_NAMESPACE);
    command.addAll(List.of("unshare", "--mount", "sh", "-c", NO_IPV6, "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(NetworkMain.class.getName());
    String output = Shell.run("", command);
    assumeTrue(!output.startsWith("not prepared"), "skipped: cannot be prepared");
    assertThat(output).contains(Network.CLIENT).doesNotContain(Network.CLIENT_6);
  }

  private static Namespace destroyed() throws Exception {
    Namespace namespace = Namespace.make();
    ProcessHandle keeper = ProcessHandle.of(namespace.pid()).orElseThrow();
    namespace.close();
    ProcessHandle ignored = keeper.onExit().get(20, TimeUnit.SECONDS);
    return namespace;
  }
}
