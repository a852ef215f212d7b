package dev.midstream.tables;

import dev.midstream.agent.Octets;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.ConnectionEntry.Phase;
import dev.midstream.tables.entry.Endpoint;
import dev.midstream.tables.entry.ExpectationEntry;
import dev.midstream.tables.entry.NodeEntry;
import dev.midstream.tables.entry.NodeEntry.LeaseState;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import dev.midstream.tables.entry.TableKey.ExpectationKey;
import java.util.UUID;

/** Entries of tests. */
public final class Entries {
  private static final int BUCKETS = 16;
  private static final int CLIENT = 0x0a000001;
  private static final int SERVER = 0x0a000102;

  private Entries() {}

  /** A life of the node {@code number}. */
  public static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(CLIENT, 7_800 + number), UUID.randomUUID());
  }

  /** The connection {@code number}, 0 or more, in a bucket of 16. */
  public static ConnectionKey key(int number) {
    return new ConnectionKey(
        number % BUCKETS,
        0,
        Endpoint.ofIpv4(CLIENT + number / 50_000, 1_024 + number % 50_000),
        Endpoint.ofIpv4(SERVER, 443));
  }

  /** The connection {@code number} of a node. */
  public static ConnectionEntry connection(int number, NodeId owner) {
    return connection(number, owner, 1, 1);
  }

  /** The connection {@code number} of a node, under an epoch. */
  public static ConnectionEntry connection(int number, NodeId owner, long epoch, long revision) {
    return connection(number, owner, epoch, revision, Phase.ESTABLISHED);
  }

  /** The connection {@code number} of a node, in a phase. */
  public static ConnectionEntry connection(
      int number, NodeId owner, long epoch, long revision, Phase phase) {
    return new ConnectionEntry(
        key(number),
        epoch,
        revision,
        owner,
        phase,
        "web",
        "substitute",
        1_000L * revision,
        90_000L * revision,
        1_790_000_000_000L);
  }

  /** An expectation that the connection 7 announced. */
  public static ExpectationEntry expectation(int port, NodeId owner, long restMillis) {
    return expectation(port, owner, restMillis, 1, 1);
  }

  /** An expectation that the connection 7 announced, of ten minutes, under an epoch. */
  public static ExpectationEntry expectation(int port, NodeId owner, long epoch, long revision) {
    return expectation(port, owner, 600_000, epoch, revision);
  }

  private static ExpectationEntry expectation(
      int port, NodeId owner, long restMillis, long epoch, long revision) {
    return new ExpectationEntry(
        new ExpectationKey(key(7), true, Endpoint.ofIpv4(SERVER, port)),
        epoch,
        revision,
        owner,
        "ftp",
        0,
        1,
        restMillis,
        Octets.ofText("passive"));
  }

  /** A node, as it says itself. */
  public static NodeEntry said(NodeId node, long revision, long connections) {
    return new NodeEntry(
        node, revision, "n1", "0.1.0", 5, LeaseState.HELD, 8, connections, 1_790_000_000_000L);
  }
}
