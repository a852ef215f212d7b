package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Helpers of the tests in which the program is killed or stopped. */
final class CrashNetwork {
  static final int UNTOUCHED = 7_001;
  static final int EDITED = 7_000;
  private static final long OPENS_NANOS = 1_100_000_000;
  private static final long SYN_AGAIN_NANOS = 1_000_000_000;
  private static final int MAX_LINE = 20_000;
  private static final int MTU = 1_500;
  private static final int TAG_BYTES = 4;
  private static final Path PINS = Path.of("/sys/fs/bpf/midstream");
  static final String REPLACEMENT = "Hello wide world";

  static final String OPEN = Live.SETTLING + "on-crash: open\n";

  private CrashNetwork() {}

  /** Runs the program. A busy machine must not keep it from giving its signs of life. */
  static BoxProcess start(Network network, Path directory, String configuration)
      throws IOException {
    List<String> command = Live.runWith(directory, configuration);
    command.addAll(0, List.of("nice", "-n", "-15"));
    return BoxProcess.start(network.box(), command);
  }

  /** The first SYN passes: the next one would come a second later. */
  static void assertOpens(SocketPair sockets, long killedNanos) throws IOException {
    long waitNanos = killedNanos + OPENS_NANOS - System.nanoTime();
    LockSupport.parkNanos(waitNanos); // so long the kernel gives the program
    long startNanos = System.nanoTime();
    greetNew(sockets, Live.MARK);
    assertThat(System.nanoTime() - startNanos).isLessThan(SYN_AGAIN_NANOS);
  }

  static SocketPair pair(Network network, int port) throws IOException {
    return pair(network, Network.SERVER, port);
  }

  static SocketPair pair(Network network, String server, int port) throws IOException {
    return SocketPair.of(network.client(), network.server(), server, port);
  }

  static long fast(Network network, String path) {
    try {
      JsonNode status = BoxStatus.of(network.box());
      return status.at("/fast-path/" + path).asLong(-1);
    } catch (IOException _) {
      return -1; // a busy machine answers late
    }
  }

  static void greetNew(SocketPair sockets, String expected) throws IOException {
    try (Connection connection = sockets.connect()) {
      greet(connection, expected);
    }
  }

  static void greet(Connection connection, String expected) throws IOException {
    Connection.write(connection.client(), Live.MARK + "\n");
    assertThat(Connection.readLine(connection.server())).isEqualTo(expected);
    Connection.write(connection.server(), Live.MARK + "\n");
    assertThat(Connection.readLine(connection.client())).isEqualTo(expected);
  }

  /** Both ends send, in lines that the kernel has room for while they are not read. */
  static void exchange(Connection connection, int octets) throws IOException {
    for (int left = octets; left > 0; left -= MAX_LINE) {
      exchangeLine(connection, Math.min(left, MAX_LINE));
    }
  }

  private static void exchangeLine(Connection connection, int octets) throws IOException {
    String line = "x".repeat(octets);
    Connection.write(connection.client(), line + "\n");
    assertThat(Connection.readLine(connection.server())).isEqualTo(line);
    Connection.write(connection.server(), line + "\n");
    assertThat(Connection.readLine(connection.client())).isEqualTo(line);
  }

  /** What the kernel keeps for a program in the middle of {@code network}. */
  static List<Path> pins(Network network) throws IOException {
    Path space = Path.of("/proc/" + network.box().pid() + "/ns/net");
    String number = Files.readSymbolicLink(space).toString().replaceAll("[^0-9]", "");
    if (!Files.exists(PINS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(PINS)) {
      return all.filter(each -> each.getFileName().toString().startsWith(number + "-")).toList();
    }
  }

  /**
   * Makes a network. The kernel may have given the number of its name space before, to a test that
   * was killed: what that one has left is removed.
   */
  static Network make() throws IOException {
    return cleared(Network.make(MTU));
  }

  /** The same with boxes that tag the frames of the client's and the server's wire. */
  static Network tagged(TaggingBox nearClient, TaggingBox nearServer) throws IOException {
    Network network = cleared(Network.withBoxes(MTU + TAG_BYTES, nearClient, nearServer));
    network.client().ip("link set c0 mtu " + MTU);
    network.server().ip("link set s0 mtu " + MTU);
    return network;
  }

  private static Network cleared(Network network) throws IOException {
    for (Path directory : pins(network)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    return network;
  }
}
