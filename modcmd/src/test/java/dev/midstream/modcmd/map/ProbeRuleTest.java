package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeRuleTest {
  @ParameterizedTest(name = "[{0}, +{1}) with ack 100: {2}")
  @CsvSource({
    "99, 0, true",
    "99, 1, true",
    "50, 1, true",
    "99, 2, false",
    "98, 2, false",
    "100, 0, false",
    "100, 1, false"
  })
  @DisplayName("C-34 a segment of at most one octet below the acknowledgement is a keep-alive")
  void detectsKeepAlive(long start, int length, boolean expected) {
    assertThat(ProbeRule.isKeepAlive(start, length, 100)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "[{0}, +{1}) with edge 100: {2}")
  @CsvSource({"100, 1, true", "150, 9, true", "99, 1, false", "99, 9, false", "100, 0, false"})
  @DisplayName("C-32 payload at or beyond the advertised edge is a window probe")
  void detectsWindowProbe(long start, int length, boolean expected) {
    assertThat(ProbeRule.isBeyondEdge(start, length, 100)).isEqualTo(expected);
  }

  @Test
  @DisplayName(
      "C-33 a retransmission of octets that wait for the receiver's window asks for the window")
  void detectsRetransmissionOfWaitingOctets() {
    CommandList commands = new CommandList();
    OffsetMap map = new OffsetMap(commands);
    commands.append(10, 2, Octets.ofText("0123456789"));
    map.decideTo(20);

    assertThat(ProbeRule.hitsWaiting(map, 0, 10, 15)).isFalse();
    assertThat(ProbeRule.hitsWaiting(map, 0, 11, 15)).isTrue();
    assertThat(ProbeRule.hitsWaiting(map, 11, 1, 20)).isFalse();
    assertThat(ProbeRule.hitsWaiting(map, 12, 5, 20)).isTrue();
    assertThat(ProbeRule.hitsWaiting(map, 19, 5, 28)).isFalse();
    assertThat(ProbeRule.hitsWaiting(map, 20, 5, 20)).isFalse();
    assertThat(ProbeRule.hitsWaiting(map, 19, 0, 20)).isFalse();
  }
}
