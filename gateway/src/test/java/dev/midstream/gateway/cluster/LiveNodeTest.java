package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.config.ClusterConfiguration.Delivery;
import dev.midstream.gateway.config.ClusterConfiguration.TlsFiles;
import dev.midstream.jgroups.carrier.Carrier;
import dev.midstream.jgroups.carrier.CarrierCounts;
import dev.midstream.jgroups.carrier.CarrierListener;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.packet.PacketOutput;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The first worker of a node that is alone in its cluster, and the lives of the node. */
class LiveNodeTest {
  private static final long MILLI = 1_000_000;
  private static final long DETECT_NANOS = 400 * MILLI;
  static final NodeAddress ADDRESS = NodeAddress.ofIpv4(0x0a090001, 7800);
  static final PacketOutput NOWHERE = packet -> {};
  private static final Arrival DRAIN =
      new Arrival.Ordered(new ClusterInput.Drain(Member.Role.DRAINING));

  private final Inboxes inboxes = new Inboxes(2);
  private final Takeovers takeovers = new Takeovers(() -> 0);
  private final Program program = new Program();
  private final LiveNode node =
      new LiveNode(
          configuration(),
          () -> new Secret(new byte[Secret.BYTES]),
          LiveNodeTest::noEngine,
          inboxes,
          program,
          new LegProbing(List.of(), DETECT_NANOS, (level, line) -> {}),
          takeovers,
          (level, line) -> {});
  private long nowNanos;

  static ClusterConfiguration configuration() {
    ClusterSettings settings =
        new ClusterSettings(
            8,
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
    Path none = Path.of("none");
    return new ClusterConfiguration(
        "midstream",
        "n1",
        ADDRESS,
        settings,
        LogSettings.of(CommitMode.STRICT),
        Delivery.REDIRECT,
        1_400,
        100,
        new TlsFiles(none, none, none));
  }

  /** No packet comes. */
  private static Engine noEngine(int bucket, CommitLog log, ConnectionRouter router) {
    throw new IllegalStateException("bucket=" + bucket);
  }

  /** A life begins whose group is this node alone. */
  private void begin() {
    NodeId self = new NodeId(ADDRESS, UUID.randomUUID());
    Life life = new Life(new Nowhere(self), inboxes, takeovers, (level, line) -> {});
    take(new Arrival.Begun(life));
    take(new Arrival.Happened(self, new ClusterInput.ViewChanged(List.of(self))));
  }

  private void take(Arrival arrival) {
    node.take(arrival, nowNanos, NOWHERE);
  }

  /** The next so many milliseconds. */
  private void run(long millis) {
    for (long left = millis; left > 0; left--) {
      nowNanos += MILLI;
      node.onTimer(nowNanos, NOWHERE);
    }
  }

  private boolean isDraining() {
    return Objects.requireNonNull(node.running()).node().state().isDraining();
  }

  @Test
  @DisplayName("PDP-7 an order to leave between two lives of a node is that of the next one")
  void keepsAnOrderBetweenLives() {
    take(DRAIN);
    begin();
    assertThat(isDraining()).isTrue();
  }

  @Test
  @DisplayName("PDP-7 an order to leave while a worker is held up is not lost with the life")
  void keepsAnOrderWhileAWorkerIsHeldUp() {
    node.pulses.beat(1, nowNanos);
    nowNanos += DETECT_NANOS;
    take(DRAIN);
    begin();
    assertThat(isDraining()).isTrue();
  }

  @Test
  @DisplayName("PDP-7 an order to hand over follows one to stay, and not the other way round")
  void keepsTheStrongerOrder() {
    Arrival stay = new Arrival.Ordered(new ClusterInput.Drain(Member.Role.STAYING));
    take(stay);
    assertThat(node.order).isEqualTo(Member.Role.STAYING);
    take(DRAIN);
    take(stay);
    assertThat(node.order).isEqualTo(Member.Role.DRAINING);
  }

  @Test
  @DisplayName(
      "OWN-3 HDP-17 a node alone in its cluster says once that it forwards, when it may send")
  void saysThatItForwards() {
    run(100);
    begin();
    assertThat(program.forwarding).isZero();
    long begunNanos = nowNanos;
    while (program.forwarding == 0 && nowNanos - begunNanos < DETECT_NANOS) {
      run(1);
    }
    assertThat(node.mayTransmit(nowNanos)).isTrue();
    run(1_000);
    assertThat(program.forwarding).isEqualTo(1);
  }

  /** Counts what the node says. */
  static final class Program implements LiveNode.Outside {
    private int forwarding;

    @Override
    public void setFilter(int worker, FilterProgram filter) {}

    @Override
    public void renew() {}

    @Override
    public void left() {}

    @Override
    public void send(NodeId to, byte[] datagram, int length) {}

    @Override
    public void noteRedirected() {}

    @Override
    public void noteAbandoned(long packets) {}

    @Override
    public void noteLooped() {}

    @Override
    public void noteForwarding() {
      forwarding++;
    }
  }

  /** Reaches no node. */
  record Nowhere(NodeId self) implements Carrier {
    @Override
    public void open(CarrierListener listener) {}

    @Override
    public void send(NodeId to, ClusterMessage message) {}

    @Override
    public void send(NodeId to, LogMessage message) {}

    @Override
    public void verify(NodeId node) {}

    @Override
    public void probe(NodeAddress address, long number) {}

    @Override
    public @Nullable String nameAt(NodeAddress address) {
      return null;
    }

    @Override
    public CarrierCounts counts() {
      return new CarrierCounts(0, 0, 0, 0);
    }

    @Override
    public void close() {}
  }
}
