package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.worlds.law.WorldSearch.Found;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LawFailureTest {
  private static final long SEED = 1;

  @Test
  @DisplayName("a world that breaks no law when run again fails with its seed and what was seen")
  void failsWithoutABreachWhenRunAgain() {
    LawBroken seen = new LawBroken(Law.FIDELITY, "stream differs: at=7");

    AssertionError failure = LawFailure.of(new Found(SEED, 3, seen), new WorldSearch(Set.of()));

    assertThat(failure)
        .hasCause(seen)
        .hasMessageStartingWith("replay: -Dmidstream.world=law1:1\n")
        .hasMessageContaining("not broken when run again: law1 (fidelity): stream differs: at=7\n")
        .hasMessageContaining("broken by 3 of 0 worlds");
  }
}
