package dev.midstream.engines.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.worker.BucketShare;
import dev.midstream.engines.worker.Buckets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A worker of a node, which carries out what the state machine of another worker wants. */
class EngineShareTest {
  private static final NodeId SELF =
      new NodeId(NodeAddress.ofIpv4(0x0a090001, 7800), new UUID(1, 1));
  private static final NodeId OTHER =
      new NodeId(NodeAddress.ofIpv4(0x0a090002, 7800), new UUID(1, 2));
  private static final EngineConfiguration CONFIGURATION =
      new EngineConfiguration(
          Mode.ENFORCE,
          new RuleTable(List.of(), Action.ALLOW, Mode.ENFORCE),
          Policies.DEFAULTS,
          EngineLimits.DEFAULTS,
          Timeouts.DEFAULTS,
          Vantage.INLINE);
  private static final BucketKey KEY =
      new BucketKey(0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1);
  private static final int BUCKETS = 8;
  private static final long MILLI = 1_000_000;
  private static final long TICK = 10 * MILLI;

  private final NodeLease lease = new NodeLease();
  private final List<String> seen = new ArrayList<>();
  private final Buckets buckets = new Buckets(new BucketHash(KEY, BUCKETS));
  private int failures;
  private int failuresInside;
  private int failuresToOpen;
  private int failuresToSend;
  private final EngineShare share =
      EngineShare.of(
          SELF,
          lease,
          new BucketShare(1, 2),
          buckets,
          LogSettings.of(CommitMode.STRICT),
          (_, log, router) -> engine(log, router),
          new Outside());
  private final PacketOutput out = packet -> seen.add("out " + portOf(packet));

  private Engine engine(CommitLog log, ConnectionRouter router) {
    if (failuresToOpen > 0) {
      failuresToOpen--;
      throw new IllegalStateException("cannot be opened");
    }
    return new Engine(
        CONFIGURATION,
        new HashSeed(1, 2),
        new EngineResources(CONFIGURATION, UnpooledByteBufAllocator.DEFAULT),
        log,
        new FailingRouter(router, this::mayFail),
        EventSink.NONE);
  }

  private final class Outside implements ShareSurroundings {
    @Override
    public void send(NodeId to, LogMessage message) {
      if (failuresToSend > 0) {
        failuresToSend--;
        throw new IllegalStateException("cannot be sent");
      }
    }

    @Override
    public void redirect(int place, Packet packet) {
      seen.add("redirect " + portOf(packet));
    }

    @Override
    public boolean leave(int bucket, Packet packet) {
      return false;
    }

    @Override
    public void input(ClusterInput input) {}

    @Override
    public void perform(ClusterEffect effect) {}

    @Override
    public void onPacket(Packet packet) {
      seen.add("engine " + portOf(packet));
      if (failures > 0) {
        failures--;
        throw new IllegalStateException("fails");
      }
    }
  }

  private void mayFail() {
    if (failuresInside > 0) {
      failuresInside--;
      throw new IllegalStateException("fails inside");
    }
  }

  private static int portOf(Packet packet) {
    FrameView view = new FrameView();
    view.read(packet);
    return view.sourcePort();
  }

  private static AllocationTable table() {
    return table(1, -1);
  }

  /** A table by which another node owns {@code elsewhere}, and this one the other buckets. */
  private static AllocationTable table(int version, int elsewhere) {
    Bucket other = new Bucket(OTHER, 2, null, null, List.of(), 0);
    return table(version, each -> each == elsewhere ? other : own());
  }

  private static Bucket own(Backup... backups) {
    return new Bucket(SELF, 1, null, null, List.of(backups), 0);
  }

  private static AllocationTable table(int version, IntFunction<Bucket> buckets) {
    return AllocationTable.received(
        SELF,
        new Secret(new byte[Secret.BYTES]),
        new Version(new Term(1, SELF), version),
        List.of(new Member(SELF, 0, Member.Role.ACTIVE), new Member(OTHER, 1, Member.Role.ACTIVE)),
        List.of(SELF, OTHER),
        IntStream.range(0, BUCKETS).mapToObj(buckets).toList(),
        2);
  }

  private static ClusterEffect open(int bucket) {
    return new ClusterEffect.OpenBucket(bucket, 1, Epoch.NONE);
  }

  /** The SYNs of connections of {@code bucket}, with different ports. */
  private List<Packet> syns(int bucket, int count) {
    return IntStream.range(1_024, 60_000)
        .mapToObj(port ->
            Frames.packet(
                new FrameBuilder(Ends.IPV4.withPorts(port, 80), Direction.CLIENT_TO_SERVER)
                    .flags(TcpFlags.SYN)
                    .numbers(0, 0)
                    .build(),
                Leg.INSIDE,
                0))
        .filter(packet -> buckets.of(packet) == bucket)
        .limit(count)
        .toList();
  }

  private void carryOut(long nowNanos, @Nullable AllocationTable table, ClusterEffect... effects) {
    share.carryOut(new NodeStep(table, List.of(effects), false), nowNanos, out);
  }

  private Disposition onPacket(Packet packet, long nowNanos) {
    return share.onPacket(packet, nowNanos, out);
  }

  @Test
  @DisplayName("LD-6 what found no lease by this worker's time goes on at its next tick")
  void goesOnAfterALapseThatOnlyItSaw() {
    carryOut(0, table(), open(1), open(3));
    Packet syn = syns(1, 1).getFirst();
    lease.set(TICK);
    assertThat(onPacket(syn, TICK)).isEqualTo(Disposition.TAKEN);
    lease.set(5 * TICK); // by the time of the other worker it was never over
    share.tick(2 * TICK, out);
    assertThat(seen).containsExactly("engine " + portOf(syn), "out " + portOf(syn));
  }

  @Test
  @DisplayName("LD-10 what waited for the lease leaves before what comes later")
  void keepsTheOrder() {
    carryOut(0, table(), open(1), open(3));
    List<Packet> syns = syns(1, 3);
    lease.set(TICK);
    assertThat(onPacket(syns.get(0), TICK)).isEqualTo(Disposition.TAKEN);
    assertThat(onPacket(syns.get(1), TICK)).isEqualTo(Disposition.TAKEN);
    lease.set(5 * TICK);
    assertThat(onPacket(syns.get(2), TICK + 1)).isEqualTo(Disposition.TAKEN);
    assertThat(seen)
        .filteredOn(each -> each.startsWith("out"))
        .containsExactlyElementsOf(syns.stream().map(each -> "out " + portOf(each)).toList());
  }

  @Test
  @DisplayName("LD-10 what waited too long is dropped, and counted, also if the lease comes first")
  void dropsWhatIsOld() {
    carryOut(0, table(), open(1), open(3));
    lease.set(TICK);
    assertThat(onPacket(syns(1, 1).getFirst(), TICK)).isEqualTo(Disposition.TAKEN);
    lease.set(100 * TICK);
    share.carryOut(new NodeStep(null, List.of(), true), 10 * TICK, out);
    assertThat(seen).isEmpty();
    assertThat(share.counters().of(Reason.BUCKET_AWAITED)).isEqualTo(1);
  }

  @Test
  @DisplayName("1,024 packets of a worker wait for its buckets, whichever, and the next is dropped")
  void dropsWhatFindsNoRoom() {
    lease.set(100 * TICK);
    carryOut(0, table());
    List<Packet> syns = new ArrayList<>(syns(1, 1_000));
    syns.addAll(syns(3, 25));
    syns.forEach(each -> assertThat(onPacket(each, TICK)).isEqualTo(Disposition.TAKEN));
    assertThat(share.counters().of(Reason.BUCKET_AWAITED)).isEqualTo(1);
    carryOut(2 * TICK, null, open(1), open(3));
    assertThat(seen)
        .filteredOn(each -> each.startsWith("out"))
        .containsExactlyElementsOf(
            syns.subList(0, 1_024).stream().map(each -> "out " + portOf(each)).toList());
    assertThat(share.counters().of(Reason.BUCKET_AWAITED)).isEqualTo(1);
  }

  @Test
  @DisplayName("HDP-17 a failure in a part of a step does not keep the other parts from happening")
  void carriesOutTheRest() {
    lease.set(100 * TICK);
    carryOut(0, table());
    Packet waits = syns(1, 1).getFirst();
    assertThat(onPacket(waits, TICK)).isEqualTo(Disposition.TAKEN);
    failures = 1;
    assertThatThrownBy(() -> carryOut(TICK, null, open(1), open(3))).hasMessageContaining("fails");
    assertThat(share.giveUp("failed", TICK, out)).isEqualTo(Disposition.TAKEN);
    assertThat(share.nextDeadlineNanos()).isLessThanOrEqualTo(TICK);
    share.onTimer(TICK, out);
    assertThat(share.engines().isOpen(1)).isTrue();
    assertThat(share.engines().isOpen(3)).isTrue();
  }

  @Test
  @DisplayName("HDP-17 a step is carried out that comes while a part of the one before fails again")
  void carriesOutTheNextStep() {
    lease.set(100 * TICK);
    carryOut(0, table());
    assertThat(onPacket(syns(1, 1).getFirst(), TICK)).isEqualTo(Disposition.TAKEN);
    assertThat(onPacket(syns(3, 1).getFirst(), TICK)).isEqualTo(Disposition.TAKEN);
    failures = 2;
    for (ClusterEffect[] step : new ClusterEffect[][] {{open(1), open(3)}, {open(5)}}) {
      assertThatThrownBy(() -> carryOut(TICK, null, step)).hasMessageContaining("fails");
      assertThat(share.giveUp("failed", TICK, out)).isEqualTo(Disposition.TAKEN);
    }
    share.onTimer(TICK, out);
    assertThat(IntStream.of(1, 3, 5)).allMatch(share.engines()::isOpen);
  }

  @Test
  @DisplayName("HDP-17 a bucket that fails to obey a table does not keep the others from obeying")
  void obeysWithTheOthers() {
    lease.set(100 * TICK);
    carryOut(0, table());
    Packet waits = syns(3, 1).getFirst();
    assertThat(onPacket(waits, TICK)).isEqualTo(Disposition.TAKEN);
    failuresToOpen = 2;
    assertThatThrownBy(() -> carryOut(TICK, null, open(1))).hasMessageContaining("opened");
    assertThatThrownBy(() -> carryOut(TICK, table(2, 3))).hasMessageContaining("opened");
    share.onTimer(TICK, out);
    assertThat(seen).containsExactly("redirect " + portOf(waits));
  }

  @Test
  @DisplayName("a bucket that fails when there is a lease again does not keep the others waiting")
  void goesOnWithTheOthers() {
    Backup backup = new Backup(OTHER, 1, false, 1, false);
    carryOut(0, table(1, each -> each == 1 ? own(backup) : own()), open(1), open(3));
    Packet waits = syns(3, 1).getFirst();
    assertThat(onPacket(waits, 20 * TICK)).isEqualTo(Disposition.TAKEN);
    lease.set(100 * TICK);
    failuresToSend = 1;
    assertThatThrownBy(() -> share.tick(20 * TICK, out)).hasMessageContaining("sent");
    assertThat(share.giveUp("failed", 20 * TICK, out)).isEqualTo(Disposition.TAKEN);
    share.onTimer(20 * TICK, out);
    assertThat(seen).endsWith("out " + portOf(waits));
  }

  @Test
  @DisplayName("a bucket that fails again and again keeps no others waiting, and is no busy loop")
  void goesOnWithTheOthersEachTime() {
    Backup backup = new Backup(OTHER, 1, false, 1, false);
    carryOut(0, table(1, each -> each == 1 ? own(backup) : own()), open(1), open(3));
    Packet waits = syns(3, 1).getFirst();
    assertThat(onPacket(waits, 20 * TICK)).isEqualTo(Disposition.TAKEN);
    lease.set(100 * TICK);
    failuresToSend = Integer.MAX_VALUE;
    assertThatThrownBy(() -> share.tick(20 * TICK, out)).hasMessageContaining("sent");
    int failed = 1;
    for (long now = 20 * TICK; now < 90 * TICK; now = share.nextDeadlineNanos()) {
      failed += onTimer(now) ? 0 : 1;
      assertThat(share.nextDeadlineNanos()).isGreaterThan(now);
      assertThat(seen).endsWith("out " + portOf(waits));
    }
    assertThat(failed).isGreaterThan(1);
  }

  /** Whether that does not fail. */
  private boolean onTimer(long nowNanos) {
    try {
      share.onTimer(nowNanos, out);
      return true;
    } catch (IllegalStateException _) {
      assertThat(share.giveUp("failed", nowNanos, out)).isEqualTo(Disposition.TAKEN);
      return false;
    }
  }

  @Test
  @DisplayName("HDP-17 LD-10 what waited is due at once if the packet before it fails")
  void playsWhatIsLeft() {
    carryOut(0, table(), open(1), open(3));
    List<Packet> syns = syns(1, 2);
    for (Packet each : syns) {
      assertThat(onPacket(each, TICK)).isEqualTo(Disposition.TAKEN);
    }
    lease.set(100 * TICK);
    failures = 1;
    assertThatThrownBy(() -> share.tick(2 * TICK, out)).hasMessageContaining("fails");
    assertThat(share.giveUp("failed", 2 * TICK, out)).isEqualTo(Disposition.TAKEN);
    assertThat(share.nextDeadlineNanos()).isLessThanOrEqualTo(2 * TICK);
    share.onTimer(2 * TICK, out);
    assertThat(seen).endsWith("out " + portOf(syns.get(1)));
  }

  @Test
  @DisplayName(
      "HDP-17 an engine fails with a packet that waited: the one that has come is not lost")
  void keepsThePacketThatHasCome() {
    carryOut(0, table(), open(1), open(3));
    List<Packet> syns = syns(1, 2);
    assertThat(onPacket(syns.get(0), TICK)).isEqualTo(Disposition.TAKEN);
    lease.set(100 * TICK);
    failuresInside = 1;
    assertThatThrownBy(() -> onPacket(syns.get(1), TICK + 1)).hasMessageContaining("inside");
    assertThat(share.giveUp("failed", TICK + 1, out)).isEqualTo(Disposition.TAKEN);
    share.onTimer(TICK + 1, out);
    assertThat(seen)
        .filteredOn(each -> each.startsWith("out"))
        .containsExactly("out " + portOf(syns.get(1)));
  }
}
