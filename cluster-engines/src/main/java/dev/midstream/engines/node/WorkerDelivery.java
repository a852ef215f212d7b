package dev.midstream.engines.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.ClusterKeys;
import dev.midstream.engines.redirect.HeldPacket;
import dev.midstream.engines.redirect.Reception;
import dev.midstream.engines.redirect.Redirector;
import dev.midstream.engines.redirect.Redirector.Exit;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How packets get to their owners by one worker in one life of a node: what it does with those of
 * other owners, of other workers, and with those that other nodes and workers pass on to it. The
 * first worker has a {@link NodeDelivery}. What belongs to a call of {@link WorkerEngines} is done
 * within it, and the rest by {@link #playWaiting}.
 *
 * <p>Not thread-safe: one worker owns it.
 */
public sealed class WorkerDelivery permits NodeDelivery {
  private final NodeId self;
  private final int worker;
  private final int datagramBytes;
  private final Exit exit;
  private final Redirector.Carrier carrier;
  private final Redirector.Owner owner;
  private @Nullable Redirector redirector;
  private boolean hasNewTable;

  /**
   * Begins a life at worker {@code worker}, which has no table.
   *
   * @param datagramBytes see {@link dev.midstream.engines.redirect.RedirectSender}
   * @param exit how frames reach nodes
   * @param carrier carries packets to other nodes
   * @param owner processes those that other nodes and workers pass on
   */
  public WorkerDelivery(
      NodeId self,
      int worker,
      int datagramBytes,
      Exit exit,
      Redirector.Carrier carrier,
      Redirector.Owner owner) {
    this.self = self;
    this.worker = worker;
    this.datagramBytes = datagramBytes;
    this.exit = exit;
    this.carrier = carrier;
    this.owner = owner;
  }

  /** Whether the worker has obeyed a table. */
  public final boolean hasTable() {
    return redirector != null;
  }

  // ---- during a call of the engines

  /** See {@link WorkerSurroundings#onTable}. */
  public void obey(AllocationTable agreed) {
    Redirector passing = redirector;
    if (passing == null) {
      ClusterKeys keys = new ClusterKeys(agreed.secret());
      passing = new Redirector(keys, self, worker, datagramBytes, exit, carrier, owner);
      redirector = passing;
    }
    List<NodeId> dispatchers =
        agreed.members().stream().filter(each -> !each.isVoter()).map(Member::id).toList();
    passing.setTable(agreed.memberIds(), dispatchers, agreed.buckets());
    passing.setStayer(agreed.stayer());
    hasNewTable = true;
  }

  /** See {@link WorkerSurroundings#redirect}; false if the packet was not sent. */
  public final boolean redirect(int place, Packet packet) {
    return redirector != null && redirector.redirect(place, packet);
  }

  /**
   * See {@link WorkerSurroundings#handOver}: the other worker is to {@link #play} what is returned,
   * which is null before this one has a table.
   */
  public final @Nullable HeldPacket hold(int place, Packet packet) {
    return redirector == null ? null : redirector.hold(place, packet);
  }

  /**
   * Sends a packet of a connection that stays here although another node owns {@code bucket},
   * unless it leaves by a port of this node, or to where the packet came of which it comes.
   *
   * @return false if it does
   */
  public final boolean leaveStaying(int bucket, Packet packet) {
    return redirector != null && redirector.leaveStaying(bucket, packet);
  }

  /**
   * Sends a packet that came of none through a dispatcher. It is what a node that has no port of
   * its own does with what leaves.
   *
   * @param bucket that of the packet
   * @return false if it was not sent
   */
  public final boolean leave(int bucket, Packet packet) {
    return redirector != null && redirector.leave(bucket, packet);
  }

  // ---- between calls of the engines

  /**
   * Takes a datagram of another node.
   *
   * @param out where packets leave this node
   */
  public final void receive(byte[] datagram, long nowNanos, PacketOutput out) {
    if (redirector != null) {
      Reception ignored = redirector.receive(datagram, datagram.length, nowNanos, out);
    }
  }

  /**
   * Takes a packet of another worker.
   *
   * @param out where packets leave this node
   */
  public final void play(HeldPacket packet, long nowNanos, PacketOutput out) {
    if (redirector != null) {
      redirector.play(packet, nowNanos, out);
    }
  }

  /** To be called at each tick, before the engines hear of it: packets may have waited too long. */
  public void tick(long nowNanos) {
    if (redirector != null) {
      redirector.expire(nowNanos);
    }
  }

  /** Processes what waited for a table that the worker obeys since a call, which is over. */
  public final void playWaiting(long nowNanos, PacketOutput out) {
    if (hasNewTable && redirector != null) {
      hasNewTable = false;
      redirector.playWaiting(nowNanos, out);
    }
  }
}
