package dev.midstream.tables.infinispan;

import dev.midstream.ca.Authority;
import dev.midstream.ca.AuthorityException;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.gate.Credentials;
import dev.midstream.jgroups.group.GroupSettings;
import dev.midstream.tables.TableSettings;
import dev.midstream.testkit.port.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Nodes of this machine, with an authority and free ports for their tables. */
final class Nodes {
  private static final String CLUSTER = "test tables";
  private static final int LOOPBACK = 0x7f000001;
  private static final int COUNT = 3;
  private static final long DETECT_NANOS = 400_000_000;

  final Path directory;
  final List<NodeAddress> addresses = new ArrayList<>();

  /** Makes an authority in {@code directory}, and the certificates of n1 to n3. */
  Nodes(Path directory) {
    Quiet.begin();
    this.directory = directory;
    try {
      Authority authority = Authority.init(directory, "test", Instant.now());
      for (int number = 1; number <= COUNT; number++) {
        authority.issue("n" + number, directory, Instant.now(), Authority.DEFAULT_DURATION);
      }
      FreePorts.find(COUNT).forEach(port -> addresses.add(NodeAddress.ofIpv4(LOOPBACK, port)));
    } catch (AuthorityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The store of a life of the node {@code number}. */
  InfinispanStore store(int number, UUID incarnation, TableSettings settings) {
    return store(directory, number, incarnation, addresses, settings);
  }

  static InfinispanStore store(
      Path directory,
      int number,
      UUID incarnation,
      List<NodeAddress> addresses,
      TableSettings settings) {
    String name = "n" + number;
    NodeAddress bind = addresses.get(number - 1);
    try {
      Credentials credentials =
          Credentials.load(
              directory.resolve("ca.pem"),
              directory.resolve(name + ".pem"),
              directory.resolve(name + ".key"),
              name);
      return new InfinispanStore(
          new GroupSettings(CLUSTER, name, bind, addresses, 5, DETECT_NANOS),
          credentials,
          new NodeId(bind, incarnation),
          settings);
    } catch (CarrierException e) {
      throw new AssertionError(e);
    }
  }
}
