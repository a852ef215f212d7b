package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.gateway.inbox.Inbox;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class InboxesTest {
  private static final NodeId SELF =
      new NodeId(NodeAddress.ofIpv4(0x0a090001, 7800), new UUID(1, 1));

  private final Inboxes inboxes = new Inboxes(3);

  @Test
  @DisplayName("HDP-15 HSI-6 what is announced reaches all other workers")
  void announcesToTheOthers() {
    assertThat(inboxes.announce(1, SELF, 4, new byte[] {5})).isTrue();
    assertThat(inboxes.of(0).poll()).isInstanceOf(Arrival.Announced.class);
    assertThat(inboxes.of(1).isEmpty()).isTrue();
    assertThat(inboxes.of(2).poll()).isInstanceOf(Arrival.Announced.class);
  }

  @Test
  @DisplayName("HDP-15 HSI-6 if one worker has no room, none is told, and the agent hears of it")
  void announcesToAllOrNone() {
    inboxes.of(2).put(new Arrival.Announced(SELF, 4, new byte[Inbox.MAX_BYTES]));
    assertThat(inboxes.announce(1, SELF, 4, new byte[] {5})).isFalse();
    assertThat(inboxes.of(0).isEmpty()).isTrue();
  }

  @Test
  @DisplayName("HDP-15 each bucket has one worker")
  void dividesBuckets() {
    assertThat(inboxes.workerOf(0)).isZero();
    assertThat(inboxes.workerOf(5)).isEqualTo(2);
  }

  @Test
  @DisplayName("LD-5 a node is late if another of its workers was not at work for a while")
  void noticesLateWorkers() {
    Pulses pulses = new Pulses(3);
    assertThat(pulses.isAnyLate(0, 10, 1_000)).as("none has begun").isFalse();
    pulses.beat(0, 0);
    pulses.beat(1, 990);
    assertThat(pulses.isAnyLate(0, 10, 1_000)).isFalse();
    assertThat(pulses.isAnyLate(0, 10, 1_001)).isTrue();
    assertThat(pulses.isAnyLate(1, 10, 1_000)).isTrue();
  }
}
