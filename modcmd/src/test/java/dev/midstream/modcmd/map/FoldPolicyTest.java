package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FoldPolicyTest {
  private static final long WINDOW = 100;
  private static final long TIMEOUT = 1_000;

  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);
  private final FoldPolicy policy = new FoldPolicy(commands, 8);

  @Test
  @DisplayName("HDP-6 H-10 a command is folded once the acknowledgement passed it by one window")
  void foldsOneWindowBelowAck() {
    edit(3);

    policy.fold(109, WINDOW, TIMEOUT, 0);
    assertThat(commands.size()).isEqualTo(3);
    policy.fold(110, WINDOW, TIMEOUT, 0);
    assertThat(commands.size()).isEqualTo(2);
    assertThat(commands.basePosition()).isEqualTo(11);
    assertThat(commands.baseOffset()).isEqualTo(-1);
  }

  @Test
  @DisplayName("HDP-6 H-10 a command is folded two timeouts after it was acknowledged")
  void foldsTwoTimeoutsAfterAck() {
    edit(3);

    policy.fold(15, WINDOW, TIMEOUT, -5);
    policy.fold(30, WINDOW, TIMEOUT, 2 * TIMEOUT - 6);
    assertThat(commands.size()).isEqualTo(3);
    policy.fold(31, WINDOW, TIMEOUT, 2 * TIMEOUT - 5);
    assertThat(commands.size()).isEqualTo(2);
    policy.fold(32, WINDOW, TIMEOUT, 4 * TIMEOUT - 6);
    assertThat(commands.size()).isEqualTo(2);
    policy.fold(33, WINDOW, TIMEOUT, 4 * TIMEOUT - 5);
    assertThat(commands.isEmpty()).isTrue();
  }

  @Test
  @DisplayName("H-10 a timer folds commands two timeouts after the acknowledgement reached them")
  void isDueOnceAcknowledged() {
    edit(1);

    policy.fold(9, WINDOW, TIMEOUT, 3);
    assertThat(policy.dueNanos(TIMEOUT)).isEqualTo(Long.MAX_VALUE);
    policy.fold(10, WINDOW, TIMEOUT, 7);
    assertThat(policy.dueNanos(TIMEOUT)).isEqualTo(7 + 2 * TIMEOUT);
    policy.fold(10, WINDOW, TIMEOUT, 7 + 2 * TIMEOUT);
    assertThat(commands.isEmpty()).isTrue();
    assertThat(policy.dueNanos(TIMEOUT)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("HDP-6 C-64 law 6 insertions at one position are folded as they are acknowledged")
  void foldsInsertionsAtOnePosition() {
    for (int i = 0; i < 8; i++) {
      commands.append(0, 0, Octets.ofText("no\n"));
    }
    assertThat(policy.isFull(2)).isTrue();
    assertThat(policy.isFull(3)).isFalse();

    policy.fold(7, WINDOW, TIMEOUT, 0);

    assertThat(commands.size()).isEqualTo(6);
    assertThat(commands.basePosition()).isZero();
    assertThat(commands.baseOffset()).isEqualTo(6);
    policy.fold(24 + WINDOW, WINDOW, TIMEOUT, 0);
    assertThat(commands.isEmpty()).isTrue();
    assertThat(map.after(0)).isEqualTo(24);
  }

  @Test
  @DisplayName("C-64 a full list is folded without delay, but never beyond the acknowledgement")
  void foldsWithoutDelayAtMaximum() {
    edit(7);
    policy.fold(30, WINDOW, TIMEOUT, 0);
    assertThat(policy.isAtCeiling()).isFalse();
    assertThat(commands.size()).isEqualTo(7);

    edit(8);
    assertThat(policy.isAtCeiling()).isTrue();
    assertThat(policy.isFull(9)).isTrue();
    assertThat(policy.isFull(10)).isFalse();
    policy.fold(30, WINDOW, TIMEOUT, 0);

    assertThat(policy.isAtCeiling()).isFalse();
    assertThat(commands.size()).isEqualTo(5);
    assertThat(commands.orgSeq(0)).isGreaterThanOrEqualTo(map.acknowledgement(30));
  }

  @Test
  @DisplayName("C-64 a list full of unacknowledged commands stays full")
  void staysFullWithoutAcknowledgements() {
    edit(9);

    policy.fold(5, WINDOW, TIMEOUT, 0);
    policy.fold(5, WINDOW, TIMEOUT, 10 * TIMEOUT);

    assertThat(policy.isFull(5)).isTrue();
    assertThat(commands.size()).isEqualTo(9);
  }

  /**
   * Deletes the octets 10, 20, 30, …, {@code count} in total; their new positions are 10, 19, 28, …
   */
  private void edit(int count) {
    for (int i = commands.size() + 1; i <= count; i++) {
      commands.append(10L * i, 1, Octets.empty());
      map.decideTo(10L * i + 1);
    }
  }
}
