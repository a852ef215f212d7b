package dev.midstream.engines.redirect;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.WaitingPackets;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.RedirectRule.Step;
import dev.midstream.engines.redirect.RedirectedPacket.Kind;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Passes the packets of one worker on to the nodes that own their buckets, and takes those that
 * other nodes pass on. What comes of such a packet goes back, and leaves where the packet came, so
 * that switches and routers see each address on one side of one node.
 *
 * <p>Not thread-safe: one worker owns it.
 */
@SuppressWarnings("EnumOrdinal") // the numbers do not leave the object
public final class Redirector {
  /** How many packets wait at most for a table that their senders have already. */
  public static final int MAX_WAITING = 1_024;

  /** How long a packet waits at most: 50 ms. */
  public static final long WAITING_NANOS = 50_000_000;

  private final NodeId self;
  private final Exit exit;
  private final Owner owner;
  private final RedirectReceiver receiver;
  private final RedirectSenders senders;
  private final WaitingPackets<HeldPacket> waiting =
      new WaitingPackets<>(MAX_WAITING, WAITING_NANOS);
  private final RedirectedPacket leaving = new RedirectedPacket();
  private final Returning back = new Returning();
  private final long[] counts = new long[Step.values().length];
  private List<Bucket> buckets = List.of();
  private final Dispatchers dispatchers = new Dispatchers();
  private @Nullable NodeId stayer;

  /** The packet that is being processed, or null: it is passed on a second time at most. */
  private @Nullable RedirectedPacket current;

  /** Where that leaves what comes of a packet which another node has passed on. */
  public enum Exit {
    /** At that node: each frame reaches one node only. */
    OF_SENDER,
    /**
     * At the owner of its bucket: each frame reaches all nodes. The owner would receive what
     * another node sends for it, and process that again.
     */
    OF_OWNER
  }

  /** Carries datagrams; they may be lost. */
  @FunctionalInterface
  public interface Carrier {
    /**
     * Sends the first {@code length} octets of {@code datagram}, which are valid during the call.
     */
    void send(NodeId to, byte[] datagram, int length);
  }

  /** Processes the packets of buckets that this node owns. */
  @FunctionalInterface
  public interface Owner {
    /**
     * Processes a packet; see {@link dev.midstream.wire.packet.Box#onPacket}. It may call {@link
     * Redirector#redirect}.
     *
     * @param number its bucket; after all buckets that of connections that stay here
     */
    Disposition onPacket(int number, Packet packet, long nowNanos, PacketOutput out);

    /** Whether {@code bucket} is open at this worker, and may be sent of. */
    default boolean mayEmit(int bucket, long nowNanos) {
      return true;
    }

    /**
     * So many packets of other nodes were given up: a part of them did not come, or they waited too
     * long for a table.
     */
    default void onAbandoned(long packets) {}
  }

  /**
   * A redirector of worker {@code worker} of {@code self}, without a table: it passes nothing on. A
   * life of a node must make one for each worker, no more.
   *
   * @param worker 0 to 255
   * @param datagramBytes see {@link RedirectSender}
   */
  public Redirector(
      ClusterKeys keys,
      NodeId self,
      int worker,
      int datagramBytes,
      Exit exit,
      Carrier carrier,
      Owner owner) {
    this.exit = exit;
    this.self = self;
    this.owner = owner;
    receiver = new RedirectReceiver(keys, self);
    senders = new RedirectSenders(keys, self, worker, datagramBytes, carrier);
  }

  /**
   * Goes by another table. {@link #playWaiting} is due then.
   *
   * @param members the ids of the members, which are the peers
   * @param dispatchers those of them that are dispatchers
   * @param buckets all buckets, by number
   */
  public void setTable(Collection<NodeId> members, List<NodeId> dispatchers, List<Bucket> buckets) {
    this.buckets = buckets;
    this.dispatchers.set(dispatchers, buckets.size());
    List<NodeId> peers = members.stream().filter(id -> !id.equals(self)).toList();
    receiver.setPeers(peers);
    senders.retain(peers);
  }

  /**
   * Sets the member that leaves, where connections may stay whose buckets it does not own; null for
   * none.
   */
  public void setStayer(@Nullable NodeId node) {
    stayer = node;
  }

  /**
   * Processes the packets that waited for the present table. Those that would have to wait once
   * more are dropped.
   */
  public void playWaiting(long nowNanos, PacketOutput out) {
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      waiting.release(bucket, held -> obey(held.what(), held.from(), false, nowNanos, out));
    }
  }

  /**
   * Passes a packet on to the owner of its bucket. Within a call of {@link Owner#onPacket} it is
   * the second time, and needs a newer epoch, or another bucket: that of a packet whose fragments
   * were passed on.
   *
   * @param number the bucket; after all buckets the number of the connections of one that stay with
   *     a node which does not own it: there the packet goes
   * @return false if it was not sent: this node or none owns the bucket, the packet cannot travel,
   *     or was passed on too often
   */
  public boolean redirect(int number, Packet packet) {
    if (number >= buckets.size()) {
      return redirectStaying(number - buckets.size(), packet);
    }
    Bucket bucket = buckets.get(number);
    @Nullable NodeId to = bucket.owner();
    @Nullable RedirectedPacket received = current;
    if (to == null || to.equals(self)) {
      return false;
    }
    if (received == null) {
      return send(to, Kind.TO_OWNER, number, bucket.epoch(), 1, tag(self), packet);
    }
    return received.hops() < RedirectHeader.MAX_HOPS
        && (number != received.bucket() || bucket.epoch() > received.epoch())
        && passOn(to, received, number, bucket.epoch(), packet);
  }

  /** The second time, too: the owner of the bucket passes it on. */
  private boolean redirectStaying(int number, Packet packet) {
    @Nullable NodeId to = number < buckets.size() ? buckets.get(number).stayer(stayer) : null;
    if (to == null || to.equals(self)) {
      return false;
    }
    @Nullable RedirectedPacket received = current;
    int hops = received == null ? 1 : Math.max(1, received.hops());
    long origin = received == null ? tag(self) : received.origin();
    return send(to, Kind.TO_STAYER, number, buckets.get(number).epoch(), hops, origin, packet);
  }

  /**
   * Sends a packet of a connection that stays here, although another node owns its bucket: where
   * each frame reaches all nodes, that node must send it, because it would receive it; after
   * dispatchers, one of them.
   *
   * @return false if it may leave by a port of this node, or where the packet came of which it
   *     comes
   */
  public boolean leaveStaying(int number, Packet packet) {
    Bucket bucket = buckets.get(number);
    if (exit == Exit.OF_SENDER && dispatchers.isEmpty()) {
      return false;
    }
    @Nullable NodeId to = exit == Exit.OF_OWNER ? bucket.owner() : dispatchers.exitOf(number);
    if (self.equals(to)) {
      return false;
    }
    if (to != null) {
      boolean ignored =
          send(to, Kind.TO_LEAVE_STAYING, number, bucket.epoch(), 1, tag(self), packet);
    }
    return true; // without an owner it is lost: TCP repeats it
  }

  /**
   * Sends a packet, which came of no other one, through a dispatcher: the one from which the last
   * packet of its bucket came, or another one if that is no member any more. For nodes that have no
   * port of their own.
   *
   * @param number the bucket of the packet
   * @return false if it was not sent: there is no dispatcher, or this node owns no bucket
   */
  public boolean leave(int number, Packet packet) {
    int bucket = ownBucket(number);
    @Nullable NodeId to = dispatchers.exitOf(number);
    return bucket >= 0
        && to != null
        && send(to, Kind.TO_LEAVE, bucket, buckets.get(bucket).epoch(), 1, tag(self), packet);
  }

  /** The bucket {@code number}, or another one, that this node owns; -1 if it owns none. */
  private int ownBucket(int number) {
    if (number < buckets.size() && buckets.get(number).isOwnedBy(self)) {
      return number;
    }
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      if (buckets.get(bucket).isOwnedBy(self)) {
        return bucket; // a fragment may be in a bucket other than its connection's
      }
    }
    return -1;
  }

  /**
   * Copies a packet of {@code bucket} for another worker of this node, which is to {@link #play}
   * it. Within a call of {@link Owner#onPacket} it is one that came of the present packet, and what
   * comes of it leaves where that came.
   */
  public HeldPacket hold(int number, Packet packet) {
    @Nullable RedirectedPacket received = current;
    int size = buckets.size();
    int bucket = number < size ? number : number - size;
    Kind kind = number < size ? Kind.TO_OWNER : Kind.TO_STAYER;
    long epoch = received == null ? 0 : received.epoch();
    int hops = received == null ? 0 : received.hops();
    RedirectedPacket with =
        new RedirectedPacket()
            .set(kind, bucket, epoch, hops)
            .origin(received == null ? tag(self) : received.origin());
    return new HeldPacket(self, with, bucket, packet);
  }

  /** Processes a packet that another worker of this node has held for this one. */
  public void play(HeldPacket held, long nowNanos, PacketOutput out) {
    int bucket = held.bucket();
    if (bucket < buckets.size()) {
      process(held.what(), buckets.get(bucket).epoch(), nowNanos, out);
    }
  }

  /**
   * Takes a datagram.
   *
   * @param datagram the octets; those from {@code length} on are not read
   * @param out where packets leave this node
   */
  public Reception receive(byte[] datagram, int length, long nowNanos, PacketOutput out) {
    long before = receiver.abandoned();
    Reception reception = receiver.receive(datagram, length);
    if (receiver.abandoned() != before) {
      owner.onAbandoned(receiver.abandoned() - before);
    }
    if (reception == Reception.PACKET) {
      NodeId from = Objects.requireNonNull(receiver.from());
      obey(receiver.packet(), from, true, nowNanos, out);
    }
    return reception;
  }

  /** Drops the packets that have waited too long. */
  public void expire(long nowNanos) {
    int expired = waiting.expire(nowNanos, held -> {});
    if (expired > 0) {
      owner.onAbandoned(expired);
    }
  }

  /** How many datagrams had this outcome. */
  public long count(Reception reception) {
    return receiver.count(reception);
  }

  /** For how many packets of other nodes this step was taken. */
  public long count(Step step) {
    return counts[step.ordinal()];
  }

  private void obey(
      RedirectedPacket what, NodeId from, boolean mayWait, long nowNanos, PacketOutput out) {
    if (what.bucket() >= buckets.size()) {
      counts[Step.DROP_ASTRAY.ordinal()]++;
      return;
    }
    Bucket bucket = buckets.get(what.bucket());
    Step step = RedirectRule.stepOf(what, from, bucket, self, bucket.stayer(stayer));
    counts[step.ordinal()]++;
    switch (step) {
      case PROCESS -> process(what, bucket.epoch(), nowNanos, out);
      case WAIT -> {
        if (!mayWait || !waiting.add(what.bucket(), new HeldPacket(from, what), nowNanos)) {
          owner.onAbandoned(1);
        }
      }
      case PASS_ON -> {
        NodeId to = Objects.requireNonNull(bucket.owner());
        boolean ignored = passOn(to, what, what.bucket(), bucket.epoch(), what.packet());
      }
      case SEND -> {
        if (mayLeave(what, nowNanos)) {
          out.emit(what.packet());
        }
      }
      case DROP_HOPS, DROP_OLD, DROP_ASTRAY -> {
        // counted
      }
    }
  }

  /**
   * Where each frame reaches all nodes, a node that does not have the bucket now may not send what
   * stays elsewhere: the one that has it would receive that. It is lost, and TCP repeats it.
   */
  private boolean mayLeave(RedirectedPacket what, long nowNanos) {
    return exit == Exit.OF_SENDER
        || what.kind() != Kind.TO_LEAVE_STAYING
        || owner.mayEmit(what.bucket(), nowNanos);
  }

  /** Processes a packet. */
  private void process(RedirectedPacket what, long epoch, long nowNanos, PacketOutput ownPorts) {
    Packet packet = what.packet();
    boolean leavesHere = exit == Exit.OF_OWNER || what.origin() == tag(self);
    PacketOutput out = leavesHere ? ownPorts : back;
    boolean stays = what.kind() == Kind.TO_STAYER;
    back.to = receiver.peer(what.origin());
    back.kind = stays ? Kind.TO_LEAVE_STAYING : Kind.TO_LEAVE;
    back.bucket = what.bucket();
    back.epoch = epoch;
    dispatchers.noteEntry(back.bucket, back.to);
    current = what;
    int number = stays ? back.bucket + buckets.size() : back.bucket;
    try {
      if (owner.onPacket(number, packet, nowNanos, out) == Disposition.FORWARD) {
        Leg leg = packet.leg().opposite();
        out.emit(packet.from(packet.linkType(), leg, packet.interfaceId(), nowNanos));
      }
    } finally {
      current = null;
    }
  }

  private boolean passOn(NodeId to, RedirectedPacket what, int bucket, long epoch, Packet packet) {
    return send(to, Kind.TO_OWNER, bucket, epoch, what.hops() + 1, what.origin(), packet);
  }

  /** Sends what comes of a packet back to the node where it came, unless that left the cluster. */
  private final class Returning implements PacketOutput {
    private @Nullable NodeId to;
    private Kind kind = Kind.TO_LEAVE;
    private int bucket;
    private long epoch;

    @Override
    public void emit(Packet packet) {
      if (to != null) {
        boolean ignored = send(to, kind, bucket, epoch, 1, tag(self), packet);
      }
    }
  }

  private static long tag(NodeId node) {
    return node.incarnation().getMostSignificantBits();
  }

  private boolean send(
      NodeId to, Kind kind, int bucket, long epoch, int hops, long origin, Packet packet) {
    leaving.set(kind, bucket, epoch, hops).origin(origin).of(packet);
    return senders.of(to).send(leaving);
  }
}
