package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TakeoversTest {
  private static final long MILLI = 1_000_000;
  private static final NodeId ONE = node(1, 1);
  private static final NodeId TWO = node(2, 1);
  private static final NodeId TWO_AGAIN = node(2, 2);

  private long millis = -5;
  private final Takeovers takeovers = new Takeovers(() -> millis * MILLI);

  private static NodeId node(int address, int life) {
    return new NodeId(NodeAddress.ofIpv4(address, 7800), new UUID(life, address));
  }

  private void pass(int count) {
    millis += count;
  }

  @Test
  @DisplayName("LD-14 a takeover is counted from the close of the connection to the last bucket")
  void countsFromTheClose() {
    assertThat(takeovers.lastMillis()).isNegative();
    takeovers.miss(ONE);
    pass(3);
    takeovers.miss(ONE);
    pass(10);
    takeovers.begin(List.of(ONE));
    pass(1);
    takeovers.open();
    pass(1);
    takeovers.open();

    assertThat(takeovers.count()).isEqualTo(2);
    assertThat(takeovers.lastMillis()).isEqualTo(15);
  }

  @Test
  @DisplayName("LD-14 a takeover after a silent death is not counted from the death before")
  void forgetsTheOneBefore() {
    takeovers.miss(ONE);
    takeovers.begin(List.of(ONE));
    takeovers.open();
    pass(60_000);

    takeovers.begin(List.of(TWO));
    pass(7);
    takeovers.open();
    assertThat(takeovers.lastMillis()).isEqualTo(7);
  }

  @Test
  @DisplayName("LD-14 a node that was missed and then heard is not gone since it was missed")
  void forgetsWhatWasHeard() {
    takeovers.miss(TWO);
    pass(100);
    takeovers.hear(TWO);
    pass(60_000);
    takeovers.miss(TWO);
    pass(5);
    takeovers.begin(List.of(TWO));
    takeovers.open();

    assertThat(takeovers.lastMillis()).isEqualTo(5);
  }

  @Test
  @DisplayName("LD-14 each life is missed by itself, and of two that are gone the first one counts")
  void tellsLivesApart() {
    takeovers.miss(TWO);
    pass(1_000);
    takeovers.miss(TWO_AGAIN);
    pass(2);
    takeovers.miss(ONE);
    pass(4);
    takeovers.begin(List.of(ONE, TWO_AGAIN));
    takeovers.open();

    assertThat(takeovers.lastMillis()).isEqualTo(6);
  }

  @Test
  @DisplayName("LD-14 what an earlier life of this node missed does not count in the next one")
  void forgetsWhatAnEarlierLifeMissed() {
    takeovers.miss(ONE);
    takeovers.beginLife();
    pass(20_000);
    takeovers.miss(ONE);
    pass(9);
    takeovers.begin(List.of(ONE));
    takeovers.open();

    assertThat(takeovers.lastMillis()).isEqualTo(9);
  }
}
