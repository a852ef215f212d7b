package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Vantage;
import org.junit.jupiter.api.DisplayName;

/** Arbitrary packets of one connection, and arbitrary answers of its agent. */
class EngineFuzzTest {
  @FuzzTest
  @DisplayName("law 6 after any inline packets nothing is held, and the output is valid TCP")
  void survivesAnyPacketsInline(byte[] input) {
    play(input, Mode.ENFORCE, Vantage.INLINE);
  }

  @FuzzTest
  @DisplayName("law 6 after any recorded packets nothing is held, and the output is valid TCP")
  void survivesAnyRecordedPackets(byte[] input) {
    play(input, Mode.ENFORCE, Vantage.RECORDING);
  }

  @FuzzTest
  @DisplayName("C-62 monitor mode forwards any packets unchanged")
  void touchesNothingInMonitorMode(byte[] input) {
    EnginePlay play = play(input, Mode.MONITOR, Vantage.INLINE);
    assertThat(play.emitted()).isZero();
    assertThat(play.changed()).isZero();
  }

  private static EnginePlay play(byte[] input, Mode mode, Vantage vantage) {
    OctetScript script = new OctetScript(input);
    EnginePlay play = new EnginePlay(script, mode, vantage);
    while (script.hasMore()) {
      play.step();
    }
    play.finish();
    return play;
  }
}
