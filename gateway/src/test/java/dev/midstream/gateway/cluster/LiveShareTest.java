package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.node.NodeLease;
import dev.midstream.engines.node.NodeStep;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
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
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A worker that has not the state machine, and what is counted of the buckets that it opens. */
class LiveShareTest {
  private static final NodeId SELF = new NodeId(LiveNodeTest.ADDRESS, new UUID(1, 1));
  private static final NodeId OTHER =
      new NodeId(NodeAddress.ofIpv4(0x0a090002, 7800), new UUID(1, 2));
  private static final int BUCKET = 1;
  private static final long DAY_NANOS = 86_400_000_000_000L;
  private static final EngineConfiguration CONFIGURATION =
      new EngineConfiguration(
          Mode.ENFORCE,
          new RuleTable(List.of(), Action.ALLOW, Mode.ENFORCE),
          Policies.DEFAULTS,
          EngineLimits.DEFAULTS,
          Timeouts.DEFAULTS,
          Vantage.INLINE);

  /** A record that says that there is no connection. */
  private static final byte[] CLOSE_ALL = {4};

  private final Inboxes inboxes = new Inboxes(2);
  private long nowNanos;
  private final Takeovers takeovers = new Takeovers(() -> nowNanos);
  private final LiveNodeTest.Program program = new LiveNodeTest.Program();
  private final LiveNode node =
      new LiveNode(
          LiveNodeTest.configuration(),
          () -> new Secret(new byte[Secret.BYTES]),
          (_, log, router) -> engine(log, router),
          inboxes,
          program,
          new LegProbing(List.of(), 1, (level, line) -> {}),
          takeovers,
          (level, line) -> {});
  private final LiveShare share =
      new LiveShare(1, node, (_, log, router) -> engine(log, router), program);

  private static Engine engine(CommitLog log, ConnectionRouter router) {
    return new Engine(
        CONFIGURATION,
        new HashSeed(1, 2),
        new EngineResources(CONFIGURATION, UnpooledByteBufAllocator.DEFAULT),
        log,
        router,
        EventSink.NONE);
  }

  private static AllocationTable table(int number, List<NodeId> members, Bucket bucket) {
    int count = LiveNodeTest.configuration().settings().buckets();
    List<Bucket> all =
        new ArrayList<>(
            Collections.nCopies(count, new Bucket(null, 1, null, null, List.of(), Epoch.NONE)));
    all.set(BUCKET, bucket);
    return AllocationTable.received(
        SELF,
        new Secret(new byte[Secret.BYTES]),
        new Version(new Term(1, SELF), number),
        members.stream().map(each -> new Member(each, 0, Member.Role.ACTIVE)).toList(),
        members,
        all,
        1);
  }

  private void step(AllocationTable table, ClusterEffect effect) {
    NodeStep step = new NodeStep(table, List.of(effect), /* resumes= */ false);
    share.take(new Arrival.Stepped(SELF, step), nowNanos, LiveNodeTest.NOWHERE);
  }

  private void receive(LogMessage message) {
    inboxes.of(1).put(new Arrival.Logged(SELF, OTHER, message));
    share.onTimer(nowNanos, LiveNodeTest.NOWHERE);
  }

  /** The life begins. Another node owns the bucket, and this one has a replica, if it gets one. */
  private void begin(boolean isReplica) {
    Life life = new Life(new LiveNodeTest.Nowhere(SELF), inboxes, takeovers, (_, _) -> {});
    Secret own = new Secret(new byte[Secret.BYTES]);
    share.take(new Arrival.Shared(life, own, new NodeLease()), nowNanos, LiveNodeTest.NOWHERE);
    step(
        table(1, List.of(SELF, OTHER), new Bucket(OTHER, 1, null, null, List.of(), Epoch.NONE)),
        new ClusterEffect.KeepReplica(BUCKET, 1, 1, OTHER, Epoch.NONE));
    if (isReplica) {
      receive(new LogMessage.Append(BUCKET, 1, 1, 1, 1, List.of(CLOSE_ALL)));
      receive(new LogMessage.Counted(BUCKET, 1, 1));
    }
  }

  /** This node owns the bucket now. */
  private void open(List<NodeId> members, @Nullable NodeId from) {
    step(
        table(2, members, new Bucket(SELF, 2, from, null, List.of(), 1)),
        new ClusterEffect.OpenBucket(BUCKET, 2, 1));
  }

  private long timed() {
    long sum = 0;
    for (long each : node.figures.takeovers.counts()) {
      sum += each;
    }
    return sum;
  }

  @Test
  @DisplayName("LD-14 HDP-17 a bucket of a node that is gone is counted, with the time it took")
  void countsATakeover() {
    begin(true);
    takeovers.begin(List.of(OTHER));
    open(List.of(SELF), null);
    assertThat(takeovers.count()).isEqualTo(1);
    assertThat(timed()).isEqualTo(1);
    assertThat(node.figures.moves.sum()).isZero();
  }

  @Test
  @DisplayName("LD-14 HDP-17 a bucket that a node gets back while none is gone is no takeover")
  void countsNoneIfNoneIsGone() {
    takeovers.begin(List.of(new NodeId(OTHER.address(), new UUID(1, 3))));
    nowNanos += DAY_NANOS;
    begin(true);
    open(List.of(SELF, OTHER), null);
    assertThat(takeovers.count()).isZero();
    assertThat(timed()).isZero();
    assertThat(node.figures.moves.sum()).isZero();
  }

  @Test
  @DisplayName("HSI-4 HDP-17 a bucket that is handed over is counted once it is open, and no other")
  void countsMovesThatWereMade() {
    begin(false);
    open(List.of(SELF, OTHER), OTHER);
    assertThat(node.figures.moves.sum()).isZero();
    assertThat(takeovers.count()).isZero();
  }

  @Test
  @DisplayName("HSI-4 HDP-17 a bucket that is handed over is counted as a move")
  void countsAMove() {
    begin(true);
    open(List.of(SELF, OTHER), OTHER);
    assertThat(node.figures.moves.sum()).isEqualTo(1);
    assertThat(takeovers.count()).isZero();
  }
}
