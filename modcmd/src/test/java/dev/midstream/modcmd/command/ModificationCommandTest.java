package dev.midstream.modcmd.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Octets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ModificationCommandTest {
  @Test
  @DisplayName("HDP-4 a command holds its position, its original length and its new octets")
  void holdsItsFields() {
    ModificationCommand command = new ModificationCommand(7, 3, Octets.ofText("them"));

    assertThat(command.orgSeq()).isEqualTo(7);
    assertThat(command.orgEnd()).isEqualTo(10);
    assertThat(command.newLength()).isEqualTo(4);
  }

  @Test
  @DisplayName("HDP-4 a length of 0 inserts, empty octets delete")
  void insertsAndDeletes() {
    assertThat(new ModificationCommand(5, 0, Octets.ofText("x")).orgEnd()).isEqualTo(5);
    assertThat(new ModificationCommand(5, 2, Octets.empty()).newLength()).isZero();
  }

  @Test
  void refusesCommandWithoutEffect() {
    assertThatThrownBy(() -> new ModificationCommand(5, 0, Octets.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("command without effect: orgLength=0 newLength=0");
    assertThatThrownBy(() -> new ModificationCommand(5, -1, Octets.ofText("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("command without effect: orgLength=-1 newLength=1");
  }
}
