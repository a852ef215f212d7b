package dev.midstream.modcmd.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpectationTest {
  private static final Octets ADDRESS = Octets.of((byte) 192, (byte) 0, (byte) 2, (byte) 1);
  private static final Expectation DATA = to(Direction.SERVER_TO_CLIENT, 65_535);

  private final DecisionBatch batch = new DecisionBatch();

  @Test
  void staysInBatchUntilNextCall() {
    Expectation other = to(Direction.CLIENT_TO_SERVER, 1);
    batch.open(1, false);
    batch.pass(1);
    batch.expect(DATA);
    batch.unexpect(other);

    assertThat(batch.kind(1)).isEqualTo(AnswerKind.EXPECT);
    assertThat(batch.expectation(1)).isEqualTo(DATA);
    assertThat(batch.kind(2)).isEqualTo(AnswerKind.UNEXPECT);
    assertThat(batch.expectation(2)).isEqualTo(other);
    assertThatThrownBy(() -> batch.expectation(0)).isInstanceOf(IllegalArgumentException.class);
    batch.open(1, false);
    assertThat(batch.size()).isZero();
  }

  @Test
  void isRefusedBeyondLimitAndAfterConnectionWasLeft() {
    batch.open(1, false);
    for (int i = 0; i < DecisionBatch.MAX_EXPECTATIONS / 2; i++) {
      batch.expect(DATA);
      batch.unexpect(DATA);
    }
    assertThat(batch.refusal()).isNull();
    batch.unexpect(DATA);
    assertThat(batch.refusal()).startsWith("too many expectations, count=65");

    batch.open(1, false);
    batch.expect(DATA);
    assertThat(batch.refusal()).as("each call has its own limit").isNull();
    batch.detach();
    batch.unexpect(DATA);
    assertThat(batch.refusal()).startsWith("unexpect after the connection was given up");
  }

  @Test
  void leavesTheEndOfASkipOwed() {
    batch.open(3, false);
    batch.skip(2);
    batch.expect(DATA);
    batch.unexpect(DATA);

    assertThat(batch.endsWithSpan()).isTrue();
  }

  @Test
  void comparesOpenerAndEndOnly() {
    Handler handler = new Handler.Rule("ftp-data");
    Expectation more =
        new Expectation(DATA.opener(), DATA.to(), handler, Octets.ofText("context"), 7);

    assertThat(DATA.isSamePlace(more)).isTrue();
    assertThat(DATA.isSamePlace(to(Direction.SERVER_TO_CLIENT, 65_534))).isFalse();
    assertThat(DATA.isSamePlace(to(Direction.CLIENT_TO_SERVER, 65_535))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_535})
  void acceptsFirstAndLastPort(int port) {
    assertThat(to(Direction.CLIENT_TO_SERVER, port).to().port()).isEqualTo(port);
  }

  @Test
  void refusesValuesOutOfRange() {
    assertThatThrownBy(() -> to(Direction.CLIENT_TO_SERVER, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("to=192.0.2.1:0");
    assertThatThrownBy(() -> with(0, 0)).hasMessageContaining("connections=0");
    assertThatThrownBy(() -> with(513, 1)).hasMessageContaining("bytes=513");
    assertThat(with(512, 1).context().length()).isEqualTo(Expectation.MAX_CONTEXT_BYTES);
  }

  private static Expectation with(int contextBytes, int connections) {
    Octets context = Octets.of(new byte[contextBytes]);
    return new Expectation(DATA.opener(), DATA.to(), DATA.handler(), context, connections);
  }

  private static Expectation to(Direction opener, int port) {
    return Expectation.of(opener, new Endpoint(ADDRESS, port), new Handler.Unseen());
  }
}
