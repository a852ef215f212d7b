package dev.midstream.worlds.crowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.plan.CrowdDraw;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The checks of a crowd's memory see an engine that keeps too little or too much. */
class CrowdMemoryTest {
  private static final long BUFFER_BYTES = 16_384;

  private static void assertSeen(LongUnaryOperator allocated, Law law, String what) {
    CrowdRun run = new CrowdRun(CrowdDraw.of(1));
    run.watch((kept, nanos) -> {
      long bytes = allocated.applyAsLong(kept.directBytes().getAsLong());
      run.memory(() -> bytes).check(nanos);
    });
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(run::run)
        .withMessageContaining(what)
        .satisfies(broken -> assertThat(broken.law()).isEqualTo(law));
  }

  @Test
  @DisplayName("law 3: less memory than is in custody of all pairs")
  void seesCustodyWithoutOctets() {
    assertSeen(bytes -> 0, Law.HONESTY, "custodyBytes=");
  }

  @Test
  @DisplayName("law 6: more memory than must be kept for all pairs")
  void seesMemoryThatNothingNeeds() {
    assertSeen(bytes -> bytes + 1_000 * BUFFER_BYTES, Law.BOUNDS, "mostBytes=");
  }
}
