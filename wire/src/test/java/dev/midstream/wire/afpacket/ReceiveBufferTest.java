package dev.midstream.wire.afpacket;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketDescriptor;
import dev.midstream.wire.port.PortException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How much may wait in sockets. The kernel counts the double of what is asked for. */
@Tag("live")
class ReceiveBufferTest {
  private static final int MOST_BYTES = 2 << 20;

  @Test
  @DisplayName("little waits for nodes that broadcast to each other")
  void keepsLittleForProbes() throws IOException {
    Set<String> before = descriptors();
    try (ProbeSocket opened = ProbeSocket.open("lo")) {
      Set<String> own = new HashSet<>(descriptors());
      own.removeAll(before);
      assertThat(own).hasSize(1);
      assertThat(opened.receive()).isNull();
      assertThat(receiveBytes(Integer.parseInt(own.iterator().next())))
          .isLessThanOrEqualTo(MOST_BYTES);
    } catch (PortException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  private static int receiveBytes(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      int level = PacketDescriptor.SOL_SOCKET;
      int option = PacketDescriptor.SO_RCVBUF;
      assertThat(new Linux(arena).option(descriptor, level, option, value)).isZero();
      return value.get(JAVA_INT, 0);
    }
  }

  /** The numbers of the process's sockets. */
  private static Set<String> descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(ReceiveBufferTest::isSocket)
          .map(each -> each.getFileName().toString())
          .collect(Collectors.toSet());
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException _) {
      return false; // it was closed
    }
  }
}
