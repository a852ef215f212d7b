package dev.midstream.reassembly.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.store.DelayedSegments;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The limit of octets that are kept after a gap. */
class DelayLimitTest {
  @Test
  @DisplayName("C-11 beyond the limit a segment after a gap is refused; the next in order never is")
  void limitsDelayedOctets() {
    Engine engine =
        TestEngine.inline("x", "y")
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(500).withTotalBytes(Long.MAX_VALUE))
            .run(
                offering(500)
                    + """
                    c> . 101:151(50) ack 1
                    >c . 1:1(0) ack 1 win 500 <sack 101:151>
                    c> . 161:191(30) ack 1
                    >c . 1:1(0) ack 1 win 500
                    c> . 1:101(100) ack 1
                    >s . 1:151(150) ack 1
                    s> . 1:1(0) ack 151
                    >c . 1:1(0) ack 151 win 500
                    c> . 161:191(30) ack 1
                    >c . 1:1(0) ack 151 <sack 161:191>
                    """);
    assertThat(engine.counters().of(Reason.DELAY_LIMIT)).isOne();
    assertThat(engine.counters().of(Reason.DELAYED)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-11 delayed octets may fill the limit to its last octet")
  void fillsTheLimitOfDelayedOctets() {
    int bytes = neededBytes(delaying(1_000, ""));
    String second = "c> . 161:191(30) ack 1\n>c . 1:1(0) ack 1";
    Engine full = delaying(bytes, second + " <sack 161:191 101:151>\n");
    assertThat(full.counters().of(Reason.DELAY_LIMIT)).isZero();
    Engine over = delaying(bytes - 1, second + "\n");
    assertThat(over.counters().of(Reason.DELAY_LIMIT)).isOne();
  }

  /** A segment came after a gap, and what {@code script} has. */
  private static Engine delaying(int limitBytes, String script) {
    return TestEngine.inline("x", "y")
        .limits(EngineLimits.DEFAULTS.withDelayedBytes(limitBytes).withTotalBytes(Long.MAX_VALUE))
        .run(
            offering(limitBytes)
                + """
                c> . 101:151(50) ack 1
                >c . 1:1(0) ack 1 <sack 101:151>
                """
                + script);
  }

  /** The memory of what is delayed, and what a segment [160, 190) needs beside it. */
  private static int neededBytes(Engine engine) {
    DelayedSegments delayed = Connections.client(engine).sender().delayed();
    return (int) (delayed.chargedBytes() + delayed.neededBytes(160, 30));
  }

  private static String offering(int bytes) {
    String offer = ">c S. 0:0(0) ack 1 win " + bytes;
    return TestEngine.OPEN.replace(">c same", offer);
  }
}
