package dev.midstream.modcmd.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpectationTest {
  private static final Expectation DATA =
      new Expectation(Direction.SERVER_TO_CLIENT, 65_535, "ftp-data");

  private final DecisionBatch batch = new DecisionBatch();

  @Test
  void staysInBatchUntilNextCall() {
    batch.open(1, false);
    batch.pass(1);
    batch.expect(DATA);
    batch.expect(new Expectation(Direction.CLIENT_TO_SERVER, 1, "ftp-data"));

    assertThat(batch.expectation(1)).isEqualTo(DATA);
    assertThat(batch.expectation(2).port()).isOne();
    assertThatThrownBy(() -> batch.expectation(0)).isInstanceOf(IllegalArgumentException.class);
    batch.open(1, false);
    assertThat(batch.size()).isZero();
  }

  @Test
  void isRefusedBeyondLimitAndAfterConnectionWasLeft() {
    batch.open(1, false);
    for (int i = 0; i < DecisionBatch.MAX_EXPECTATIONS; i++) {
      batch.expect(DATA);
    }
    assertThat(batch.refusal()).isNull();
    batch.expect(DATA);
    assertThat(batch.refusal()).startsWith("too many expectations, count=65");

    batch.open(1, false);
    batch.expect(DATA);
    assertThat(batch.refusal()).as("each call has its own limit").isNull();
    batch.detach();
    batch.expect(DATA);
    assertThat(batch.refusal()).startsWith("expect after the connection was given up");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_535})
  void acceptsFirstAndLastPort(int port) {
    assertThat(new Expectation(Direction.CLIENT_TO_SERVER, port, "a").port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_536})
  void refusesInvalidPorts(int port) {
    assertThatThrownBy(() -> new Expectation(Direction.CLIENT_TO_SERVER, port, "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("port=" + port);
  }
}
