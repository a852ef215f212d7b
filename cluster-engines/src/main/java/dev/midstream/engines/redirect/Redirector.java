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
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private final ClusterKeys keys;
  private final NodeId self;
  private final int worker;
  private final int datagramBytes;
  private final Exit exit;
  private final Carrier carrier;
  private final Owner owner;
  private final RedirectReceiver receiver;
  private final DatagramCounter counter = new DatagramCounter();
  private final Map<NodeId, RedirectSender> senders = new HashMap<>();
  private final WaitingPackets<HeldPacket> waiting =
      new WaitingPackets<>(MAX_WAITING, WAITING_NANOS);
  private final RedirectedPacket leaving = new RedirectedPacket();
  private final Returning back = new Returning();
  private final long[] counts = new long[Step.values().length];
  private List<Bucket> buckets = List.of();
  private List<NodeId> dispatchers = List.of();

  /** The dispatcher from which the last packet of each bucket came. */
  private @Nullable NodeId[] entries = new NodeId[0];

  private @Nullable NodeId lastEntry;

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
     * Processes a packet of {@code bucket}; see {@link dev.midstream.wire.packet.Box#onPacket}. It
     * may call {@link Redirector#redirect}.
     */
    Disposition onPacket(int bucket, Packet packet, long nowNanos, PacketOutput out);
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
    this.keys = keys;
    this.self = self;
    this.worker = worker;
    this.datagramBytes = datagramBytes;
    this.carrier = carrier;
    this.owner = owner;
    receiver = new RedirectReceiver(keys, self);
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
    this.dispatchers = List.copyOf(dispatchers);
    entries = Arrays.copyOf(entries, buckets.size());
    List<NodeId> peers = members.stream().filter(id -> !id.equals(self)).toList();
    receiver.setPeers(peers);
    senders.keySet().retainAll(peers);
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
   * @return false if it was not sent: this node or none owns the bucket, the packet cannot travel,
   *     or was passed on too often
   */
  public boolean redirect(int number, Packet packet) {
    if (number >= buckets.size()) {
      return false;
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
    @Nullable NodeId to = exitOf(number);
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

  private @Nullable NodeId exitOf(int bucket) {
    @Nullable NodeId entry = bucket < entries.length ? entries[bucket] : null;
    if (entry != null && dispatchers.contains(entry)) {
      return entry;
    }
    if (lastEntry != null && dispatchers.contains(lastEntry)) {
      return lastEntry;
    }
    return dispatchers.isEmpty() ? null : dispatchers.getFirst();
  }

  private void noteEntry(int bucket, @Nullable NodeId from) {
    if (from != null && dispatchers.contains(from)) {
      entries[bucket] = from;
      lastEntry = from;
    }
  }

  /**
   * Copies a packet of {@code bucket} for another worker of this node, which is to {@link #play}
   * it. Within a call of {@link Owner#onPacket} it is one that came of the present packet, and what
   * comes of it leaves where that came.
   */
  public HeldPacket hold(int bucket, Packet packet) {
    @Nullable RedirectedPacket received = current;
    RedirectedPacket with =
        received == null
            ? new RedirectedPacket().set(Kind.TO_OWNER, bucket, 0, 0).origin(tag(self))
            : received;
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
    Reception reception = receiver.receive(datagram, length);
    if (reception == Reception.PACKET) {
      NodeId from = Objects.requireNonNull(receiver.from());
      obey(receiver.packet(), from, true, nowNanos, out);
    }
    return reception;
  }

  /** Drops the packets that have waited too long. */
  public void expire(long nowNanos) {
    int ignored = waiting.expire(nowNanos, held -> {});
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
    Step step = RedirectRule.stepOf(what, from, bucket, self);
    counts[step.ordinal()]++;
    switch (step) {
      case PROCESS -> process(what, bucket.epoch(), nowNanos, out);
      case WAIT -> {
        if (mayWait) {
          boolean ignored = waiting.add(what.bucket(), new HeldPacket(from, what), nowNanos);
        }
      }
      case PASS_ON -> {
        NodeId to = Objects.requireNonNull(bucket.owner());
        boolean ignored = passOn(to, what, what.bucket(), bucket.epoch(), what.packet());
      }
      case SEND -> out.emit(what.packet());
      case DROP_HOPS, DROP_OLD, DROP_ASTRAY -> {
        // counted
      }
    }
  }

  /** Processes a packet. */
  private void process(RedirectedPacket what, long epoch, long nowNanos, PacketOutput ownPorts) {
    Packet packet = what.packet();
    boolean leavesHere = exit == Exit.OF_OWNER || what.origin() == tag(self);
    PacketOutput out = leavesHere ? ownPorts : back;
    back.to = receiver.peer(what.origin());
    back.bucket = what.bucket();
    back.epoch = epoch;
    noteEntry(back.bucket, back.to);
    current = what;
    try {
      if (owner.onPacket(back.bucket, packet, nowNanos, out) == Disposition.FORWARD) {
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
    private int bucket;
    private long epoch;

    @Override
    public void emit(Packet packet) {
      if (to != null) {
        boolean ignored = send(to, Kind.TO_LEAVE, bucket, epoch, 1, tag(self), packet);
      }
    }
  }

  private static long tag(NodeId node) {
    return node.incarnation().getMostSignificantBits();
  }

  private boolean send(
      NodeId to, Kind kind, int bucket, long epoch, int hops, long origin, Packet packet) {
    leaving.set(kind, bucket, epoch, hops).origin(origin).of(packet);
    RedirectSender sender = senders.get(to);
    if (sender == null) {
      sender = newSender(to);
      senders.put(to, sender);
    }
    return sender.send(leaving);
  }

  private RedirectSender newSender(NodeId to) {
    return new RedirectSender(
        keys,
        self,
        to,
        worker,
        counter,
        datagramBytes,
        (datagram, length) -> carrier.send(to, datagram, length));
  }
}
