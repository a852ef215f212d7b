package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;
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
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.engines.message.LogMessage.BaseWanted;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of connections if the engine fails while it writes them for another node. */
class FailedWritesTest {
  private static final NodeId SELF = node(1);
  private static final NodeId OTHER = node(2);
  private static final NodeId THIRD = node(3);
  private static final long EPOCH = 1;
  private static final long NEXT = 2;
  private static final long SECOND = 1_000_000_000;

  private final View view = new View();
  private final Outside outside = new Outside();
  private final FailingCodec codec = new FailingCodec();
  private final BucketEngines engines =
      new BucketEngines(
          view,
          BucketShare.ALL,
          new Buckets(new BucketHash(new BucketKey(1, 2, 3, 4, 5), 1)),
          LogSettings.of(CommitMode.ON_CHANGE),
          (_, log, router) -> {
            EngineConfiguration configuration = configuration(codec);
            return new Engine(
                configuration,
                new HashSeed(1, 2),
                new EngineResources(configuration, UnpooledByteBufAllocator.DEFAULT),
                log,
                router,
                EventSink.NONE);
          },
          outside);

  private final FrameView frame = new FrameView();

  /** The connections that were reset, by the port of the client. */
  private final Set<Integer> resets = new HashSet<>();

  private final PacketOutput out =
      packet -> {
        assertThat(frame.read(packet)).isNotNull();
        if (frame.isRst()) {
          resets.add(Math.max(frame.sourcePort(), frame.destinationPort()));
        }
      };

  private long now;

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(number, 7800), new UUID(0, number));
  }

  private static EngineConfiguration configuration(StateCodec<Integer> codec) {
    Rule rule =
        new Rule(
            "all",
            Match.ANY,
            Action.ALLOW,
            "test",
            LambdaAgent.by((_, view, out) -> out.pass(view.length() / 2)).withCodec(codec),
            Mode.ENFORCE,
            RulePolicies.NONE,
            List.of());
    return new EngineConfiguration(
        Mode.ENFORCE,
        new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
        Policies.DEFAULTS,
        EngineLimits.DEFAULTS,
        Timeouts.DEFAULTS,
        Vantage.INLINE);
  }

  /** Fails as the virtual machine does, so that it is not the failure of the agent. */
  private static final class FailingCodec implements StateCodec<Integer> {
    /** How many states are written until it fails each time. */
    int left = Integer.MAX_VALUE;

    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Integer state) {
      if (left == 0) {
        throw new InternalError("fails");
      }
      left--;
      return new byte[] {1};
    }

    @Override
    public Integer decode(int version, byte[] octets) {
      return 0;
    }
  }

  /** The table is what a test says. */
  private static final class View implements NodeView {
    AllocationTable table = tableOf(1, new Bucket(SELF, EPOCH, OTHER, null, List.of(), EPOCH));
    boolean isLeased = true;

    @Override
    public NodeId self() {
      return SELF;
    }

    @Override
    public AllocationTable table() {
      return table;
    }

    @Override
    public boolean mayEmit(int bucket, long nowNanos) {
      return isLeased;
    }

    @Override
    public boolean isLeased(long nowNanos) {
      return isLeased;
    }
  }

  private static AllocationTable tableOf(int number, Bucket bucket) {
    return AllocationTable.received(
        SELF,
        new Secret(new byte[Secret.BYTES]),
        new Version(new Term(1, SELF), number),
        List.of(member(SELF, 0), member(OTHER, 1), member(THIRD, 2)),
        List.of(SELF, OTHER, THIRD),
        List.of(bucket),
        3);
  }

  private static Member member(NodeId node, int number) {
    return new Member(node, number, Member.Role.ACTIVE);
  }

  private static Bucket bucket(
      NodeId owner, long epoch, @Nullable NodeId from, List<Backup> backups) {
    return new Bucket(owner, epoch, from, null, backups, EPOCH);
  }

  private static final class Outside implements Surroundings {
    final List<Append> sent = new ArrayList<>();
    final List<ClusterInput> told = new ArrayList<>();

    /** How many times it fails to send. */
    int failures;

    @Override
    public void send(NodeId to, LogMessage message) {
      if (failures > 0) {
        failures--;
        throw new IllegalStateException("cannot be sent");
      }
      if (message instanceof Append append) {
        sent.add(append);
      }
    }

    @Override
    public void tell(ClusterInput input) {
      told.add(input);
    }

    @Override
    public void redirect(int place, Packet packet) {}

    @Override
    public void handOver(int place, Packet packet) {}

    @Override
    public boolean leave(int bucket, Packet packet) {
      return false;
    }

    @Override
    public boolean announce(int bucket, byte[] octets) {
      return true;
    }
  }

  /** This node has the bucket of another one, and so many connections of it. */
  private void open(int connections) {
    engines.perform(new ClusterEffect.OpenBucket(0, EPOCH, Epoch.NONE), now, out);
    answer();
    view.table =
        tableOf(
            2,
            bucket(SELF, EPOCH, null, List.of(new Backup(OTHER, EPOCH, true, Epoch.NONE, false))));
    engines.obey(0, now, out);
    for (int i = 0; i < connections; i++) {
      Ends ends = Ends.IPV4.withPorts(40_000 + i, 80);
      process(ends, Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0, "");
      process(ends, Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, 0, 1, "");
      process(ends, Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1, "abcd");
    }
    answer();
    assertThat(engines.open().connections()).isEqualTo(connections);
  }

  private void process(
      Ends ends, Direction direction, int flags, long number, long ack, String text) {
    FrameBuilder frame = new FrameBuilder(ends, direction).flags(flags).numbers(number, ack);
    Leg leg = direction == Direction.CLIENT_TO_SERVER ? Leg.INSIDE : Leg.OUTSIDE;
    byte[] octets = text.isEmpty() ? frame.build() : frame.payload(Octets.ofText(text)).build();
    var _ = engines.onPacket(Frames.packet(octets, leg, 0), now, out);
  }

  /** The other nodes have all that was sent. */
  private void answer() {
    while (!outside.sent.isEmpty()) {
      Append each = outside.sent.removeFirst();
      long last = each.first() + each.records().size() - 1;
      for (NodeId node : List.of(OTHER, THIRD)) {
        engines.receive(
            node, new Applied(each.bucket(), each.epoch(), each.since(), last), now, out);
      }
    }
  }

  /** The codec fails during {@code call}, after it has written {@code states}. */
  private void fail(int states, ThrowingCallable call) {
    codec.left = states;
    assertThatThrownBy(call).isInstanceOf(InternalError.class);
    var _ = engines.failures().giveUp("fails", now, out);
  }

  @Test
  @DisplayName("a base cannot be written: the connections are reset, and the next one is written")
  void failsWithABase() {
    open(2);
    Backup second = new Backup(THIRD, 5, false, Epoch.NONE, false);
    view.table = tableOf(3, bucket(SELF, EPOCH, null, List.of(second)));
    BaseWanted wanted = new BaseWanted(0, EPOCH, 5);
    fail(1, () -> engines.receive(THIRD, wanted, now, out));
    assertThat(resets).hasSize(2);
    assertThat(engines.open().connections()).isZero();
    answer();
    engines.receive(THIRD, wanted, now, out);
    assertThat(outside.sent).anyMatch(each -> each.since() == 5 && each.baseEnd() > 0);
  }

  @Test
  @DisplayName("a node that may not send any more resets nothing that it gives up")
  void sendsNothingWithoutALease() {
    open(2);
    view.isLeased = false;
    engines.failures().giveUpAll("fails", now, out);
    assertThat(engines.open().connections()).isZero();
    assertThat(resets).isEmpty();
  }

  @Test
  @DisplayName("a bucket cannot be handed over: what is not written is reset, and the rest moves")
  void failsWhenItStops() {
    open(3);
    view.table = tableOf(3, bucket(OTHER, NEXT, SELF, List.of()));
    ClusterEffect stop = new ClusterEffect.StopBucket(0, NEXT, OTHER, false);
    fail(1, () -> engines.perform(stop, now, out));
    assertThat(resets).hasSize(2);
    assertThat(outside.told).contains(new ClusterInput.BucketSilent(0, NEXT));
    answer();
    assertThat(outside.told).contains(new ClusterInput.BucketStopped(0, NEXT));
    List<Integer> kept = new ArrayList<>();
    engines.forEachReplica((_, replica) -> kept.add(replica.replica().size()));
    assertThat(kept).containsExactly(1);
  }

  @Test
  @DisplayName("it fails again while all is given up: the next call goes on with what is left")
  void failsAgainWhileItGivesUp() {
    open(3);
    view.table = tableOf(3, bucket(OTHER, NEXT, SELF, List.of()));
    outside.failures = 1;
    fail(1, () -> engines.perform(new ClusterEffect.StopBucket(0, NEXT, OTHER, false), now, out));
    assertThat(resets).hasSize(2);
    timer();
    answer();
    assertThat(outside.told).contains(new ClusterInput.BucketStopped(0, NEXT));
  }

  @Test
  @DisplayName(
      "what stays cannot be given: what is not written is reset, and the rest is given then")
  void failsWhenItGives() {
    open(3);
    Bucket.Staying staying = new Bucket.Staying(SELF, NEXT);
    view.table = tableOf(3, bucket(OTHER, NEXT, SELF, List.of()).withStaying(staying));
    engines.perform(new ClusterEffect.StopBucket(0, NEXT, OTHER, true), now, out);
    engines.obey(0, now, out);
    answer();
    assertThat(outside.told).contains(new ClusterInput.BucketStopped(0, NEXT));
    engines.perform(new ClusterEffect.GoOn(0), now, out);
    view.table = tableOf(4, bucket(OTHER, NEXT, null, List.of()).withStaying(staying));
    engines.obey(0, now, out);
    engines.perform(new ClusterEffect.GiveStaying(), now, out);
    fail(1, this::timer);
    assertThat(resets).hasSize(2);
    codec.left = Integer.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      timer();
      answer();
    }
    assertThat(resets).hasSize(2);
    assertThat(outside.told).contains(new ClusterInput.BucketIdle(0));
  }

  /** Time passes, and something is due. */
  private void timer() {
    now += SECOND;
    engines.onTimer(now, out);
  }
}
