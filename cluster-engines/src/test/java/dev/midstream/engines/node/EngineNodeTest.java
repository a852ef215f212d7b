package dev.midstream.engines.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.worker.Buckets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.event.EventSink;
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
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The worker with the state machine of a node that is alone in its cluster. */
class EngineNodeTest {
  private static final NodeAddress ADDRESS = NodeAddress.ofIpv4(0x0a090001, 7800);
  private static final NodeId SELF = new NodeId(ADDRESS, new UUID(1, 1));
  private static final int BUCKETS = 4;
  private static final long DETECT_NANOS = 400_000_000;
  private static final PacketOutput NOWHERE = _ -> {};
  private static final EngineConfiguration CONFIGURATION =
      new EngineConfiguration(
          Mode.ENFORCE,
          new RuleTable(List.of(), Action.ALLOW, Mode.ENFORCE),
          Policies.DEFAULTS,
          EngineLimits.DEFAULTS,
          Timeouts.DEFAULTS,
          Vantage.INLINE);
  private static final ClusterSettings SETTINGS =
      new ClusterSettings(
          BUCKETS,
          1,
          4,
          DETECT_NANOS,
          5 * DETECT_NANOS,
          ClusterSettings.Reallocation.MOVE,
          ClusterSettings.Lone.PROVE,
          1,
          List.of(ADDRESS),
          List.of(),
          Member.Role.ACTIVE);

  private boolean failsAtTable;
  private boolean failsAtEffect;
  private final EngineNode node =
      new EngineNode(
          new ClusterNode(SETTINGS, SELF, new Secret(new byte[Secret.BYTES]), null, 0),
          new Buckets(new BucketHash(new BucketKey(1, 2, 3, 4, 5), BUCKETS)),
          LogSettings.of(CommitMode.STRICT),
          (_, log, router) ->
              new Engine(
                  CONFIGURATION,
                  new HashSeed(1, 2),
                  new EngineResources(CONFIGURATION, UnpooledByteBufAllocator.DEFAULT),
                  log,
                  router,
                  EventSink.NONE),
          new Outside());
  private long nowNanos;

  private final class Outside implements NodeSurroundings {
    @Override
    public void send(NodeId to, LogMessage message) {}

    @Override
    public void send(NodeId to, ClusterMessage message) {}

    @Override
    public void redirect(int place, Packet packet) {}

    @Override
    public boolean leave(int bucket, Packet packet) {
      return false;
    }

    @Override
    public void onTable(AllocationTable table, long now, PacketOutput out) {
      if (failsAtTable) {
        failsAtTable = false;
        throw new IllegalStateException("fails at a table");
      }
    }

    @Override
    public void perform(ClusterEffect effect) {
      if (failsAtEffect && effect instanceof ClusterEffect.OpenBucket) {
        failsAtEffect = false;
        throw new IllegalStateException("fails at an effect");
      }
    }
  }

  private void input(ClusterInput input) {
    node.input(input, nowNanos, NOWHERE);
  }

  /** The node founds its cluster. */
  private void found() {
    input(new ClusterInput.ViewChanged(List.of(SELF)));
    while (!node.mayTransmit(nowNanos)) {
      nowNanos += SETTINGS.tickNanos();
      input(new ClusterInput.Tick());
      assertThat(nowNanos).isLessThan(100 * DETECT_NANOS);
    }
  }

  @Test
  @DisplayName(
      "HDP-17 an input is processed that comes while a part of the step before fails again")
  void processesTheNextInput() {
    found();
    failsAtTable = true;
    failsAtEffect = true;
    assertThatThrownBy(() -> input(new ClusterInput.Wanted(0))).hasMessageContaining("table");
    assertThat(node.giveUp("failed", nowNanos, NOWHERE)).isEqualTo(Disposition.TAKEN);
    assertThatThrownBy(() -> input(new ClusterInput.Wanted(1))).hasMessageContaining("effect");
    assertThat(node.giveUp("failed", nowNanos, NOWHERE)).isEqualTo(Disposition.TAKEN);
    node.onTimer(nowNanos, NOWHERE);
    assertThat(node.engines().isOpen(0)).isTrue();
    assertThat(node.engines().isOpen(1)).isTrue();
  }
}
