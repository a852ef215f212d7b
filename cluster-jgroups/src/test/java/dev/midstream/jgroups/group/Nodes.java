package dev.midstream.jgroups.group;

import dev.midstream.ca.Authority;
import dev.midstream.ca.AuthorityException;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.gate.Credentials;
import dev.midstream.testkit.port.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Nodes of this machine, with an authority and free ports. */
final class Nodes {
  static final String CLUSTER = "test";
  static final long CONFIGURATION = 5;
  static final long DETECT_NANOS = 400_000_000;

  private static final int LOOPBACK = 0x7f000001;
  private static final int COUNT = 4;

  final Path directory;
  final List<NodeAddress> addresses = new ArrayList<>();

  /** Makes an authority in {@code directory}, and the certificates of n1 to n4. */
  Nodes(Path directory) {
    this.directory = directory;
    try {
      Authority authority = Authority.init(directory, CLUSTER, Instant.now());
      for (int number = 1; number <= COUNT; number++) {
        authority.issue(name(number), directory, Instant.now(), Authority.DEFAULT_DURATION);
      }
      FreePorts.find(COUNT).forEach(port -> addresses.add(NodeAddress.ofIpv4(LOOPBACK, port)));
    } catch (AuthorityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String name(int number) {
    return "n" + number;
  }

  NodeAddress address(int number) {
    return addresses.get(number - 1);
  }

  NodeId life(int number) {
    return new NodeId(address(number), UUID.randomUUID());
  }

  GroupSettings settings(int number) {
    return settings(number, CONFIGURATION, DETECT_NANOS);
  }

  GroupSettings settings(int number, long configuration, long detectNanos) {
    return new GroupSettings(
        CLUSTER, name(number), address(number), addresses, configuration, detectNanos);
  }

  Credentials credentials(int number) {
    try {
      return credentials(directory, name(number), name(number));
    } catch (CarrierException e) {
      throw new AssertionError(e);
    }
  }

  /** The files of a node, read by a node of another name perhaps. */
  static Credentials credentials(Path directory, String files, String node)
      throws CarrierException {
    return Credentials.load(
        directory.resolve("ca.pem"),
        directory.resolve(files + ".pem"),
        directory.resolve(files + ".key"),
        node);
  }

  GroupCarrier carrier(int number) {
    return new GroupCarrier(settings(number), credentials(number), life(number));
  }
}
