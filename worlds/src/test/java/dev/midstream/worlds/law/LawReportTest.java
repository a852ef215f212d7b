package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.worlds.law.WorldSearch.Found;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LawReportTest {
  private static final long SEED = 1;

  @Test
  @DisplayName("a breach that does not recur is reported with its seed")
  void reportsABreachThatDoesNotRecur() {
    LawBroken seen = new LawBroken(Law.FIDELITY, "stream differs: at=7");

    AssertionError failure =
        LawReport.failureOf(new Found(SEED, 3, seen), new WorldSearch(Set.of()));

    assertThat(failure)
        .hasCause(seen)
        .hasMessageStartingWith("replay: -Dmidstream.world=law1:1\n")
        .hasMessageContaining("not broken when run again: law1 (fidelity): stream differs: at=7\n")
        .hasMessageContaining("broken by 3 of 0 worlds");
  }
}
