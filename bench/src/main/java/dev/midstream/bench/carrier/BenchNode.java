package dev.midstream.bench.carrier;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.gate.Addresses;
import dev.midstream.jgroups.gate.Credentials;
import dev.midstream.jgroups.gate.Gate;
import dev.midstream.jgroups.gate.Greeting;
import dev.midstream.jgroups.group.GroupCarrier;
import dev.midstream.jgroups.group.GroupSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * A node of the measurement: a carrier at its first port, and bare connections, with the same
 * certificates and greetings, at its second one.
 *
 * @param directory the directory of the authority
 * @param number 1 measures, 2 answers
 * @param ports the ports of both nodes: two of the first, two of the second
 */
record BenchNode(Path directory, int number, List<Integer> ports) {
  private static final String CLUSTER = "bench";
  private static final int LOOPBACK = 0x7f000001;
  private static final long DETECT_NANOS = 5_000_000_000L;

  private NodeAddress address(int whose, int which) {
    return NodeAddress.ofIpv4(LOOPBACK, ports.get(2 * (whose - 1) + which));
  }

  private String name() {
    return "n" + number;
  }

  private Credentials credentials() throws CarrierException {
    return Credentials.load(
        directory.resolve("ca.pem"),
        directory.resolve(name() + ".pem"),
        directory.resolve(name() + ".key"),
        name());
  }

  GroupCarrier carrier() throws CarrierException {
    NodeAddress own = address(number, 0);
    GroupSettings settings =
        new GroupSettings(
            CLUSTER, name(), own, List.of(address(1, 0), address(2, 0)), 1, DETECT_NANOS);
    return new GroupCarrier(settings, credentials(), new NodeId(own, UUID.randomUUID()));
  }

  private Gate gate() throws CarrierException {
    NodeId life = new NodeId(address(number, 1), UUID.randomUUID());
    Greeting greeting = new Greeting(Greeting.Purpose.GROUP, CLUSTER, name(), life, 1);
    return new Gate(credentials(), greeting, DETECT_NANOS, System.err::println);
  }

  /** A bare connection to the other node. */
  Socket connect() throws CarrierException, IOException {
    Socket socket = gate().clientSocket();
    socket.setTcpNoDelay(true);
    socket.connect(Addresses.socketAddress(address(3 - number, 1)), 5_000);
    return socket;
  }

  /** The listening socket for bare connections. */
  ServerSocket listen() throws CarrierException, IOException {
    ServerSocket socket = gate().serverSocket();
    socket.bind(Addresses.socketAddress(address(number, 1)), 5);
    return socket;
  }
}
