package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.ConnectionEnds;
import dev.midstream.engines.log.Links;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.log.StayingKeys;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.commit.Replica;
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
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which connections of an engine stay. */
class StayingBucketTest {
  private static final Ends OPEN = Ends.IPV4.withPorts(40_000, 80);
  private static final Ends OPENED_ANEW = Ends.IPV4.withPorts(40_001, 80);
  private static final EngineConfiguration CONFIGURATION =
      new EngineConfiguration(
          Mode.ENFORCE,
          new RuleTable(List.of(), Action.ALLOW, Mode.ENFORCE),
          Policies.DEFAULTS,
          EngineLimits.DEFAULTS,
          Timeouts.DEFAULTS,
          Vantage.INLINE);

  private static final int ALL = Integer.MAX_VALUE;
  private static final int MANY = 1_000;
  private static final int STEP = 10;

  private final StayingKeys keys = new StayingKeys(0, new Links(), _ -> {});
  private final BucketLog log = new BucketLog(0, 1, LogSettings.of(CommitMode.STRICT), new Links());
  private final Engine engine =
      new Engine(
          CONFIGURATION,
          new HashSeed(1, 2),
          new EngineResources(CONFIGURATION, UnpooledByteBufAllocator.DEFAULT),
          log,
          ConnectionRouter.ALONE,
          EventSink.NONE);
  private final OwnedBucket owned = new OwnedBucket(log, engine, new Replica(), 0, packet -> {});

  private static Packet packet(Ends ends, Direction direction, int flags, long number, long ack) {
    byte[] frame = new FrameBuilder(ends, direction).flags(flags).numbers(number, ack).build();
    Leg leg = direction == Direction.CLIENT_TO_SERVER ? Leg.INSIDE : Leg.OUTSIDE;
    return Frames.packet(frame, leg, 0);
  }

  private static Packet syn(Ends ends) {
    return packet(ends, Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 0, 0);
  }

  private void process(Packet packet) {
    assertThat(engine.onPacket(packet, 0, each -> {})).isEqualTo(Disposition.FORWARD);
  }

  private static ConnectionEnds endsOf(Ends ends) {
    FrameView view = new FrameView();
    view.read(syn(ends));
    return ConnectionEnds.of(view);
  }

  private void open(Ends ends) {
    process(syn(ends));
    process(packet(ends, Direction.SERVER_TO_CLIENT, TcpFlags.SYN | TcpFlags.ACK, 0, 1));
    process(packet(ends, Direction.CLIENT_TO_SERVER, TcpFlags.ACK, 1, 1));
  }

  private StayingBucket staying() {
    NodeId taker = new NodeId(NodeAddress.ofIpv4(1, 1), new UUID(0, 1));
    return new StayingBucket(owned, new ClusterEffect.StopBucket(0, 2, taker, true), 0);
  }

  @Test
  @DisplayName(
      "PDP-1 what is opened anew between the ends of one that stays is not taken for closed")
  void noticesWhatIsOpenedAnew() {
    open(OPEN);
    StayingBucket staying = staying();
    assertThat(staying.listSome(ALL, keys, 0)).isPositive();
    assertThat(staying.isListing()).isFalse();
    keys.add(endsOf(OPENED_ANEW)); // it has closed, which is not known yet
    process(syn(OPENED_ANEW));
    staying.noteOpening(endsOf(OPENED_ANEW));
    assertThat(staying.lookSome(ALL, keys)).isTrue();
    assertThat(keys.size()).isEqualTo(2);
    assertThat(keys.contains(endsOf(OPENED_ANEW))).isTrue();
    assertThat(staying.areOver()).isFalse();
  }

  @Test
  @DisplayName("PDP-1 what has closed leaves the list, also if its ends came again in vain")
  void losesWhatHasClosed() {
    open(OPEN);
    StayingBucket staying = staying();
    assertThat(staying.listSome(ALL, keys, 0)).isPositive();
    keys.add(endsOf(OPENED_ANEW));
    staying.noteOpening(endsOf(OPENED_ANEW));
    assertThat(staying.lookSome(ALL, keys)).isTrue();
    assertThat(keys.contains(endsOf(OPEN))).isTrue();
    assertThat(keys.size()).isEqualTo(1);
  }

  @Test
  @DisplayName("PDP-1 connections are listed in steps, and the list is no whole one before")
  void listsInSteps() {
    for (int port = 0; port < MANY; port++) {
      open(Ends.IPV4.withPorts(40_000 + port, 80));
    }
    StayingBucket staying = staying();
    keys.begin(MANY);
    int steps = 0;
    while (staying.isListing()) {
      int before = keys.size();
      assertThat(staying.listSome(STEP, keys, 0)).isLessThanOrEqualTo(2 * STEP);
      assertThat(keys.size() - before).isLessThanOrEqualTo(2 * STEP);
      steps++;
    }
    assertThat(keys.size()).isEqualTo(MANY);
    assertThat(steps).isGreaterThanOrEqualTo(MANY / (2 * STEP));
  }
}
