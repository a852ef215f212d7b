package dev.midstream.bench.failover;

import dev.midstream.bench.cluster.BenchCluster;
import dev.midstream.demo.cluster.ClusterNetwork;
import java.io.IOException;

/** Two nodes with {@code commit: strict}, which edit both directions. */
final class MidstreamPair implements Contestant {
  private final BenchCluster cluster;
  private final boolean coordinatorDies;
  private int victim = 1;

  private MidstreamPair(BenchCluster cluster, boolean coordinatorDies) {
    this.cluster = cluster;
    this.coordinatorDies = coordinatorDies;
  }

  /** Starts both. The coordinator dies in each second round, its peer in the others. */
  static MidstreamPair start(int round) throws IOException {
    return new MidstreamPair(BenchCluster.start(2, true, "balance: 1h\n"), round % 2 == 0);
  }

  @Override
  public ClusterNetwork network() {
    return cluster.network();
  }

  @Override
  public String target() {
    return ClusterNetwork.SERVER;
  }

  @Override
  public String arriving(String text) {
    return text.replace(BenchCluster.FIND, BenchCluster.REPLACEMENT);
  }

  @Override
  public boolean needsWarmUp() {
    return true;
  }

  @Override
  public void concentrate() throws IOException {
    int coordinator = cluster.nodes().coordinator();
    victim = coordinatorDies ? coordinator : 3 - coordinator;
    int other = 3 - victim;
    cluster.nodes().awaitProtection();
    for (int bucket : cluster.owned(other)) {
      cluster.move(bucket, other, victim);
    }
    cluster.nodes().await("one node has all", () -> cluster.owned(other).isEmpty());
    cluster.nodes().awaitProtection();
  }

  @Override
  public void kill(Event event) throws IOException {
    if (event == Event.MACHINE) {
      cluster.cut(victim, /* isCut= */ true);
    }
    cluster.nodes().process(victim).close();
  }

  @Override
  public void close() throws IOException {
    cluster.close();
  }
}
