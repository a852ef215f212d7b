package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Reading;
import org.junit.jupiter.api.DisplayName;

/** Any packets of one connection, and any answers of its agent. */
class EngineFuzzTest {
  @FuzzTest
  @DisplayName("law 6 any packets inline leave nothing kept, and what leaves is sound TCP")
  void survivesAnyPacketsInline(byte[] input) {
    play(input, Mode.ENFORCE, Reading.EDITED);
  }

  @FuzzTest
  @DisplayName("law 6 any recorded packets leave nothing kept, and what leaves is sound TCP")
  void survivesAnyRecordedPackets(byte[] input) {
    play(input, Mode.ENFORCE, Reading.ORIGINAL);
  }

  @FuzzTest
  @DisplayName("C-62 any packets leave as they came in monitor mode")
  void touchesNothingInMonitorMode(byte[] input) {
    EnginePlay play = play(input, Mode.MONITOR, Reading.EDITED);
    assertThat(play.emitted()).isZero();
    assertThat(play.changed()).isZero();
  }

  private static EnginePlay play(byte[] input, Mode mode, Reading reading) {
    OctetScript script = new OctetScript(input);
    EnginePlay play = new EnginePlay(script, mode, reading);
    while (script.hasMore()) {
      play.step();
    }
    play.finish();
    return play;
  }
}
