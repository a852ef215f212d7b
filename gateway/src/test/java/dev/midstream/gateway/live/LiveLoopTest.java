package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Namespace;
import dev.midstream.wire.port.LegCounter;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both interfaces of the box on one segment, by mistake:
 *
 * <pre>
 *   box in0 ─── l0 bridge
 *   box out0 ── l1 bridge
 * </pre>
 */
@Tag("live")
final class LiveLoopTest {
  private static final long A_WHILE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long MANY = 100;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("OWN-3 interfaces on one segment are reported, once")
  void reportsALoopOnce() throws IOException {
    try (Namespace box = Namespace.make();
        Namespace segment = Namespace.make()) {
      segment.ip("link add bridge type bridge", "link set bridge up");
      plug(segment, "l0", box, "in0");
      plug(segment, "l1", box, "out0");
      segment.ip("addr add 10.9.0.1/24 dev bridge");
      List<String> command = Live.runWith(directory, Live.EDITING);
      try (BoxProcess process = BoxProcess.start(box, command)) {
        boolean reached = segment.call(() -> InetAddress.getByName("10.9.0.2").isReachable(500));
        assertThat(reached).isFalse();
        Eventually.holds("the loop is noticed", () -> notices(process) > 0);
        Node node = new Node(box, process);
        long before = node.count(LegCounter.LOOPED);
        boolean again = Eventually.isTrueWithin(A_WHILE_NANOS, () -> notices(process) > 1);
        assertThat(again).isFalse();
        assertThat(node.count(LegCounter.LOOPED) - before)
            .as("frames that still go round")
            .isGreaterThan(MANY);
        segment.ip("link set l1 down");
        assertThat(process.stop()).isZero();
        assertThat(notices(process)).isOne();
      }
    }
  }

  private static long notices(BoxProcess process) {
    return process.errorLines().stream()
        .filter(line -> line.contains("seem to be on one network"))
        .count();
  }

  private static void plug(Namespace segment, String port, Namespace box, String name)
      throws IOException {
    segment.addVeth(port, box, name, 1_500);
    segment.ip("link set " + port + " master bridge");
    box.disableIpv6(name);
  }
}
