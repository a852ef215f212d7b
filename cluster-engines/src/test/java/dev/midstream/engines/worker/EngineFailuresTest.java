package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
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
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.deliver.CallMark;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
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
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of packets and connections if calls fail, or do not return. */
class EngineFailuresTest {
  private static final NodeId SELF = new NodeId(NodeAddress.ofIpv4(1, 7800), new UUID(0, 1));
  private static final Ends ONE = Ends.IPV4.withPorts(40_000, 80);
  private static final Ends TWO = Ends.IPV4.withPorts(40_001, 80);
  private static final PacketOutput NOWHERE = _ -> {};

  private boolean fails;
  private @Nullable Engine engine;
  private final BucketEngines engines =
      new BucketEngines(
          new View(),
          BucketShare.ALL,
          new Buckets(new BucketHash(new BucketKey(1, 2, 3, 4, 5), 1)),
          LogSettings.of(CommitMode.STRICT),
          (_, log, router) -> {
            EngineConfiguration configuration = configuration();
            Engine made =
                new Engine(
                    configuration,
                    new HashSeed(1, 2),
                    new EngineResources(configuration, UnpooledByteBufAllocator.DEFAULT),
                    log,
                    router,
                    EventSink.NONE);
            engine = made;
            return made;
          },
          new Outside());

  /** The agent's call does not return in time: it is left, and another thread goes on. */
  private EngineConfiguration configuration() {
    Rule rule =
        new Rule(
            "all",
            Match.ANY,
            Action.ALLOW,
            "test",
            LambdaAgent.by((_, view, out) -> {
              if (view.length() > 0) {
                leaveCall();
              }
              out.pass(view.length());
            }),
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

  private void leaveCall() {
    CallMark mark = Objects.requireNonNull(engine).callMark();
    mark.observeEnds(
        () -> {},
        () -> {},
        () -> {
          throw new IllegalStateException("left"); // its thread does not go on
        });
    long call = mark.current();
    assertThat(mark.markSlow(call, "") && mark.giveUp(call) && mark.leave(call)).isTrue();
    engines.failures().giveUpCall(0, NOWHERE);
  }

  /** This node owns the bucket. */
  private record View() implements NodeView {
    @Override
    public NodeId self() {
      return SELF;
    }

    @Override
    public AllocationTable table() {
      return AllocationTable.received(
          SELF,
          new Secret(new byte[Secret.BYTES]),
          new Version(new Term(1, SELF), 1),
          List.of(new Member(SELF, 0, Member.Role.ACTIVE)),
          List.of(SELF),
          List.of(new Bucket(SELF, 1, null, null, List.of(), Epoch.NONE)),
          1);
    }

    @Override
    public boolean mayEmit(int bucket, long nowNanos) {
      return true;
    }

    @Override
    public boolean isLeased(long nowNanos) {
      return true;
    }
  }

  private final class Outside implements Surroundings {
    @Override
    public void send(NodeId to, LogMessage message) {}

    @Override
    public void tell(ClusterInput input) {}

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

    @Override
    public void onPacket(Packet packet) {
      if (fails) {
        fails = false;
        throw new IllegalStateException("fails");
      }
    }
  }

  private Disposition process(
      Ends ends, Direction direction, int flags, long number, long ack, String text) {
    FrameBuilder frame = new FrameBuilder(ends, direction).flags(flags).numbers(number, ack);
    Leg leg = direction == Direction.CLIENT_TO_SERVER ? Leg.INSIDE : Leg.OUTSIDE;
    byte[] octets = text.isEmpty() ? frame.build() : frame.payload(Octets.ofText(text)).build();
    return engines.onPacket(Frames.packet(octets, leg, 0), 0, NOWHERE);
  }

  private Disposition syn(Ends ends) {
    return process(ends, Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0, "");
  }

  @Test
  @DisplayName("C-74 HDP-17 after a call was left no later packet shares the lot of the one in it")
  void forgetsThePacketOfACallThatWasLeft() {
    engines.perform(new ClusterEffect.OpenBucket(0, 1, Epoch.NONE), 0, NOWHERE);
    Disposition _ = syn(ONE);
    Disposition _ = process(ONE, Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, 0, 1, "");
    Disposition _ = process(ONE, Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1, "");
    assertThatThrownBy(() -> process(ONE, Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1, "abcd"))
        .hasMessage("left");
    fails = true;
    assertThatThrownBy(() -> syn(TWO)).hasMessage("fails");
    assertThat(engines.failures().giveUp("failed", 0, NOWHERE))
        .as("no engine has seen the packet, and no connection is in doubt")
        .isEqualTo(Disposition.TAKEN);
  }

  @Test
  @DisplayName("HDP-17 law 10 an exception outside every engine gives up no connection")
  void keepsConnectionsIfNoEngineWasAtWork() {
    engines.perform(new ClusterEffect.OpenBucket(0, 1, Epoch.NONE), 0, NOWHERE);
    Disposition _ = syn(ONE);
    fails = true;
    assertThatThrownBy(() -> syn(TWO)).hasMessage("fails");
    assertThat(engines.failures().giveUp("failed", 0, NOWHERE)).isEqualTo(Disposition.TAKEN);
    assertThat(engines.open().connections()).isOne();
    assertThat(engines.open().counters().of(Reason.ENGINE_FAILED)).isOne();
    assertThat(Objects.requireNonNull(engine).counters().of(Reason.ENGINE_FAILED)).isZero();
  }
}
