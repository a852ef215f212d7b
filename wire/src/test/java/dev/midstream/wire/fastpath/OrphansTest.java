package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is known of connections whose engine is dead. */
class OrphansTest {
  private final Orphans orphans = new Orphans();
  private final FlowKey key = Orphans.newKey().begin(4, 0).source(0, 1, 1_024);

  @Test
  @DisplayName("a connection is lost until its guard is gone")
  void isLostUntilItsGuardIsGone() {
    orphans.setLost(List.of(key), 0);
    orphans.beginRound();
    List<Boolean> areLost = new ArrayList<>();
    orphans.releaseLost(10, 5, 2, _ -> areLost.add(orphans.hasLost()));
    assertThat(areLost).containsExactly(true, true);
    assertThat(orphans.hasLost()).isFalse();
  }

  @Test
  @DisplayName("the guard of one that was opened anew stays")
  void keepsTheGuardOfANewOne() {
    orphans.setLost(List.of(key), 0);
    orphans.beginRound();
    orphans.setLost(List.of(), 1);
    orphans.setLost(List.of(key), 7);
    List<FlowKey> released = new ArrayList<>();
    orphans.releaseLost(10, 5, 2, released::add);
    assertThat(released).isEmpty();
    assertThat(orphans.lost()).isEqualTo(1);
  }
}
