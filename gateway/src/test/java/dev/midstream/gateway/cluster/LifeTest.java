package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.jgroups.carrier.Carrier;
import dev.midstream.jgroups.carrier.CarrierCounts;
import dev.midstream.jgroups.carrier.CarrierException;
import dev.midstream.jgroups.carrier.CarrierListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A life whose carrier and log are the test. */
final class LifeTest {
  private static final NodeId SELF = node(1);
  private static final NodeId OTHER = node(2);

  private final Inboxes inboxes = new Inboxes(1);
  private final SilentCarrier carrier = new SilentCarrier();
  private final List<String> lines = new ArrayList<>();

  private static NodeId node(int address) {
    return new NodeId(NodeAddress.ofIpv4(address, 7800), new UUID(0, address));
  }

  /** Brings what the test says. */
  private static final class SilentCarrier implements Carrier {
    private @Nullable CarrierListener listener;

    @Override
    public NodeId self() {
      return SELF;
    }

    @Override
    public void open(CarrierListener its) {
      listener = its;
    }

    CarrierListener listener() {
      return Objects.requireNonNull(listener);
    }

    @Override
    public void send(NodeId to, ClusterMessage message) {
      // it is lost
    }

    @Override
    public void send(NodeId to, LogMessage message) {
      // it is lost
    }

    @Override
    public void verify(NodeId node) {
      // nothing is known
    }

    @Override
    public void probe(NodeAddress address, long number) {
      // nothing is known
    }

    @Override
    public @Nullable String nameAt(NodeAddress address) {
      return null;
    }

    @Override
    public CarrierCounts counts() {
      return new CarrierCounts(0, 0, 0, 0);
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  @Test
  @DisplayName("a death goes to the state machine first, and then to the log, which takes time")
  void handsADeathOnFirst() throws CarrierException {
    Life life =
        new Life(
            carrier,
            inboxes,
            new Takeovers(() -> 0),
            (level, line) -> lines.add(line + " waiting=" + !inboxes.ofNode().isEmpty()));
    life.open();

    carrier.listener().onDead(OTHER);

    assertThat(lines).containsExactly("a node is dead, node=" + OTHER.address() + " waiting=true");
  }
}
