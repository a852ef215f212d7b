package dev.midstream.engines.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.engines.redirect.Redirector;
import dev.midstream.engines.redirect.Redirector.Exit;
import dev.midstream.engines.worker.BucketShare;
import dev.midstream.wire.packet.PacketOutput;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How packets get to their owners by the first worker of a node, and which the node receives where
 * each frame reaches all nodes. The first worker decides that for all workers, since it is what
 * other nodes are told; each worker receives the buckets of its share.
 *
 * <p>Not thread-safe: one worker owns it.
 */
public final class NodeDelivery extends WorkerDelivery {
  private final Filters filters;
  private final ReceivedBuckets received;
  private final List<BitSet> given;

  /** The filters of all workers. */
  @FunctionalInterface
  public interface Filters {
    /**
     * Has a worker receive packets of these buckets only, at once: messages that follow say to
     * other nodes that it does. Called on the thread of the first worker.
     *
     * @param buckets not changed any more
     */
    void set(int worker, BitSet buckets);
  }

  /**
   * Begins a life that receives no bucket and has no table.
   *
   * @param workers the workers of the node, 1 or more
   * @param datagramBytes see {@link dev.midstream.engines.redirect.RedirectSender}
   * @param exit how frames reach nodes
   * @param filters told of each worker that is to receive other buckets than before; never if each
   *     frame reaches one node only
   * @param carrier carries packets to other nodes
   * @param owner processes those that other nodes and workers pass on
   */
  public NodeDelivery(
      NodeId self,
      int workers,
      int datagramBytes,
      Exit exit,
      Filters filters,
      Redirector.Carrier carrier,
      Redirector.Owner owner) {
    super(self, 0, datagramBytes, exit, carrier, owner);
    this.filters = filters;
    received = new ReceivedBuckets(self, exit == Exit.OF_OWNER ? this::divide : buckets -> {});
    given = IntStream.range(0, workers).mapToObj(worker -> new BitSet()).toList();
  }

  private void divide(BitSet buckets) {
    for (int worker = 0; worker < given.size(); worker++) {
      BitSet now = new BucketShare(worker, given.size()).of(buckets);
      BitSet before = given.get(worker);
      if (!now.equals(before)) {
        before.clear();
        before.or(now);
        filters.set(worker, now);
      }
    }
  }

  // ---- during a call of the node

  @Override
  public void obey(AllocationTable agreed) {
    received.narrow(agreed);
    super.obey(agreed);
  }

  /** These buckets are open from now on; see {@link dev.midstream.cluster.node.ClusterEffect}. */
  public void setOpen(BitSet buckets) {
    received.setOpen(buckets);
  }

  // ---- between calls of the node

  /** To be called before each tick: this node may coordinate since the last one, or no more. */
  @Override
  public void tick(long nowNanos) {
    received.noteDue();
    super.tick(nowNanos);
  }

  /** Does what may not be done during a call of {@code node}, which is over. */
  public void afterCall(ClusterNode node, long nowNanos, PacketOutput out) {
    playWaiting(nowNanos, out);
    received.update(node.table(), node.isCoordinator(nowNanos));
  }

  /** The life is over: nothing is received any more. */
  public void end() {
    received.end();
  }
}
