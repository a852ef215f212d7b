package dev.midstream.cluster.sim;

import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.cluster.node.ClusterSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A machine: its clock, its process if one runs, and what its process knows of buckets. */
final class Host {
  private static final Secret SECRET = new Secret(new byte[Secret.BYTES]);

  final int number;
  final NodeAddress address;

  /** The process's inputs while it is stopped. */
  final Deque<ClusterInput> queued = new ArrayDeque<>();

  /** What its listeners heard, in all lives. */
  final List<ClusterEffect.Report> reports = new ArrayList<>();

  /** The buckets that it handed over, in all lives. */
  final List<ClusterEffect.StopBucket> stops = new ArrayList<>();

  /** Whether it is to hand over what stays with it. */
  boolean gives;

  /** Whether it can read the records of no other one. */
  boolean isDeaf;

  /** How often it announced its neighbours, in all lives. */
  int announcements;

  /** The last record of each bucket that the process knows. */
  long[] records = new long[0];

  /** What the last record says: a random number. */
  long[] contents = new long[0];

  /** Whether this owner has not released its last record. */
  boolean[] unreleased = new boolean[0];

  /** The table by which the last complete replica of each bucket was begun. */
  long[] readySince = new long[0];

  /** The buckets whose packets the process receives. */
  BitSet received = new BitSet();

  private final BitSet open = new BitSet();
  private boolean isOpenKnown;
  private double rate;
  private long zeroNanos;
  private @Nullable ClusterNode node;
  private @Nullable NodeId id;
  private Member.@Nullable Role order;
  private int lives;
  private List<NodeId> view = List.of();

  /** The last view that the group layer has handed over; a stopped process has not read it yet. */
  List<NodeId> shown = List.of();

  /** Whether the machine itself is up: a machine that is down does not refuse a connection. */
  boolean isUp = true;

  boolean isStopped;

  /** Whether its thread is held up, while its group layer and its port go on. */
  boolean isHeldUp;

  /** Whether a probe of its interfaces is due. */
  boolean owesProbe;

  /** What the host asks to be. */
  Member.Role role = Member.Role.ACTIVE;

  /** The version of its configuration. */
  long configuration = 1;

  boolean hasLeft;

  Host(int number, double rate) {
    this.number = number;
    this.rate = rate;
    zeroNanos = (number - 2) * 1_000_000_000_007L;
    address = NodeAddress.ofIpv4(0x0a090001 + number, 7800);
  }

  /** The host's own clock, which begins anywhere, also below 0. */
  long clock(long nowNanos) {
    return (long) (nowNanos * rate) + zeroNanos;
  }

  /** The clock goes on at another rate. */
  void drift(double otherRate, long nowNanos) {
    long shown = clock(nowNanos);
    rate = otherRate;
    zeroNanos += shown - clock(nowNanos);
  }

  /** Starts a process. */
  void start(ClusterSettings settings, long nowNanos) {
    lives++;
    NodeId self = new NodeId(address, new UUID(lives, number));
    id = self;
    node = new ClusterNode(settings, self, SECRET, order, clock(nowNanos));
    records = new long[settings.buckets()];
    contents = new long[settings.buckets()];
    unreleased = new boolean[settings.buckets()];
    readySince = new long[settings.buckets()];
    received = new BitSet();
    isOpenKnown = false;
    owesProbe = false;
    queued.clear();
    isStopped = false;
    isHeldUp = false;
    isUp = true;
    hasLeft = false;
    view = List.of(self);
    shown = List.of();
  }

  /** A life of the process is over, and the next one is to leave as {@code next} says. */
  void endWith(Member.@Nullable Role next) {
    end();
    order = next;
  }

  /** The process is gone. */
  void end() {
    node = null;
    order = null;
    queued.clear();
    isStopped = false;
    isHeldUp = false;
  }

  /** Drops everything of {@code bucket}. */
  void forget(int bucket) {
    records[bucket] = 0;
    contents[bucket] = 0;
  }

  /** Takes a record that is newer than what the process has. */
  void take(int bucket, long record, long content) {
    if (record > records[bucket]) {
      records[bucket] = record;
      contents[bucket] = content;
    }
  }

  /** The process takes an input; what it has open changes with that only. */
  List<ClusterEffect> step(ClusterInput input, long nowNanos) {
    isOpenKnown = false;
    return node().step(input, clock(nowNanos));
  }

  /** The buckets that the process has open, whether it has a lease or not. */
  BitSet open() {
    if (!isOpenKnown) {
      isOpenKnown = true;
      for (int bucket = 0; bucket < records.length; bucket++) {
        open.set(bucket, node().openEpoch(bucket) != Epoch.NONE);
      }
    }
    return open;
  }

  boolean isDispatcher() {
    return role == Member.Role.DISPATCHER;
  }

  boolean isRunning() {
    return node != null;
  }

  /** Whether a process runs and is not stopped, so that its port answers. */
  boolean isAnswering() {
    return isRunning() && !isStopped;
  }

  /** Whether the process that is or was {@code other} still runs. */
  boolean runs(NodeId other) {
    return node != null && other.equals(id);
  }

  ClusterNode node() {
    ClusterNode running = node;
    if (running == null) {
      throw new IllegalStateException("no process: host=" + number);
    }
    return running;
  }

  NodeId id() {
    NodeId last = id;
    if (last == null) {
      throw new IllegalStateException("never started: host=" + number);
    }
    return last;
  }

  List<NodeId> view() {
    return view;
  }

  void view(List<NodeId> members) {
    view = members;
  }

  /** Whether nothing takes the inputs of the process. */
  boolean isPaused() {
    return isStopped || isHeldUp;
  }

  /** Whether the process runs, is not stopped, and has a lease. */
  boolean isEmitting(long nowNanos) {
    return node != null && !isPaused() && node.isLeased(clock(nowNanos));
  }

  /** Whether the process runs, is not stopped, and may emit packets of {@code bucket}. */
  boolean emits(int bucket, long nowNanos) {
    return node != null && !isPaused() && node.mayEmit(bucket, clock(nowNanos));
  }

  @Override
  public String toString() {
    return "host " + number + (node == null ? " dead" : isStopped ? " stopped" : "");
  }
}
