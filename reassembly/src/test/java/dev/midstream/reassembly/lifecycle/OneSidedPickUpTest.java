package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connections picked up of which one direction is heard, or whose receiver lacks what was before.
 */
class OneSidedPickUpTest {
  @Test
  @DisplayName("C-67 C-68 H-42 an edited pick-up of one direction is not probed, and expires")
  void probesNoEditedPickUpOfOneDirection() {
    Engine engine = PickUpTest.pickingUp(Vantage.INLINE).engine();
    Script script = Scripts.of(engine);
    script.run("at 10s\nc> . 1:4(3) ack 50 \"cat\"\n>s . 1:4(3) ack 50 \"dog\"\n");
    for (int i = 1; i < 800; i++) {
      int at = 3 + i;
      script.run(
          "at %ds\nc> . %d:%d(1) ack 50 \"a\"\n>s same\n".formatted(10 * (i + 1), at, at + 1));
    }
    assertThat(engine.connections()).isOne();
    script.run("at 8000000s\n");
    assertThat(engine.connections()).isZero();
    assertThat(engine.counters().of(Reason.IDLE_EXPIRED)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-68 law 2 octets whose copies were dropped do not leave again as they come")
  void repeatsNoOctetsWithoutACopy(Vantage vantage) {
    TestEngine engines =
        TestEngine.of("evil", "good")
            .vantage(vantage)
            .midStream(MidStream.PICK_UP)
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(10));
    boolean inline = vantage == Vantage.INLINE;
    String window = inline ? " win 10" : "";
    String probe = inline ? ">s . 0:0(0) ack 1 win 10\n" : "";
    String passes = ">s . %s ack 1" + window + " \"%s\"\n";
    Scripts.of(engines.engine())
        .run("at 10s\nc> . 1:5(4) ack 1 \"evil\"\n" + passes.formatted("1:5(4)", "good"))
        .run("c> . 5:11(6) ack 1 \"abcdef\"\n" + passes.formatted("5:11(6)", "abcdef"))
        .run(inline ? "c> . 11:17(6) ack 1 \"ghijkl\"\nat 13s\n" : "")
        .run("c> . 11:17(6) ack 1 \"ghijkl\"\n" + passes.formatted("11:17(6)", "ghijkl"))
        .run("c> . 1:5(4) ack 1 \"evil\"\n" + probe)
        .run("c> . 3:5(2) ack 1 \"il\"\n" + probe)
        .run("c> . 5:8(3) ack 1 \"xyz\"\n" + passes.formatted("7:8(1)", "c"))
        .run("c> . 11:17(6) ack 1 \"ghijkl\"\n" + passes.formatted("11:17(6)", "ghijkl"));
  }

  @Test
  @DisplayName("C-67 law 4 octets from before the pick-up that the receiver lacks keep timestamps")
  void keepsTimestampsOfOctetsFromBefore() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            """
            c> . 101:104(3) ack 50 <TS 100/50> "cat"
            >s . 101:104(3) ack 50 <TS 100/50> "dog"
            s> . 50:50(0) ack 91 <TS 60/90>
            >c same
            c> . 91:98(7) ack 50 <TS 300/60> "old cat"
            >s same
            """);
  }
}
