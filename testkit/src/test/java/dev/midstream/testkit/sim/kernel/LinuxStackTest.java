package dev.midstream.testkit.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulated end against the stack of Linux, in a network name space of its own. */
@Tag("slow")
final class LinuxStackTest {

  @ParameterizedTest
  @CsvSource({
    "10000000, modern, tcp_sack=1",
    "300000, modern, tcp_sack=0",
    "300000, modern, tcp_timestamps=0",
    "300000, modern, tcp_window_scaling=0",
    "300000, classic, tcp_sack=1"
  })
  void bothDeliverEverythingOverALossyReorderingWire(String bytes, String kind, String setting)
      throws IOException, InterruptedException {
    assumeTrue(isPossible(), "skipped: no TUN device or no name space of its own");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(List.of("unshare", "-Urn", java, "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of(KernelTalk.class.getName(), bytes, kind, setting));
    Process talk = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(talk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(talk.waitFor()).as(said).isZero();
    assertThat(said).contains("delivered").contains("RETRANSMISSIONS=");
  }

  private static boolean isPossible() throws IOException, InterruptedException {
    if (!Files.isWritable(Path.of("/dev/net/tun"))) {
      return false;
    }
    try {
      return new ProcessBuilder("unshare", "-Urn", "ip", "link").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
