package dev.midstream.modcmd.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.command.CommandList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrgentRuleTest {
  private final CommandList commands = new CommandList();
  private final OffsetMap map = new OffsetMap(commands);

  @ParameterizedTest(name = "urgent up to {0} becomes up to {1}")
  @CsvSource({
    "10, 10", // an octet before the edit [20,22) → [20,30)
    "20, 20",
    "21, 30", // inside the edit: after all of it
    "22, 30",
    "40, 48", // before the 5 octets inserted before octet 40
    "41, 54",
    "50, 63" // the end of the decided octets
  })
  @DisplayName("HDP-5 C-50 the pointer stays after the same octet, or after the whole edit")
  void staysAfterSameOctet(long orgEnd, long newEnd) {
    commands.append(20, 2, Octets.ofText("0123456789"));
    commands.append(40, 0, Octets.ofText("abcde"));
    map.decideTo(50);

    assertThat(UrgentRule.end(map, orgEnd)).isEqualTo(newEnd);
  }

  @Test
  @DisplayName("C-50 urgent octets that are not all decided have no end yet")
  void hasNoEndBeforeDecision() {
    map.decideTo(50);

    assertThat(UrgentRule.end(map, 50)).isEqualTo(50);
    assertThat(UrgentRule.end(map, 51)).isEqualTo(UrgentRule.NO_END);
  }

  @Test
  @DisplayName("C-50 a pointer that does not fit the field, or lies before its segment, is dropped")
  void dropsPointerThatDoesNotFitField() {
    assertThat(UrgentRule.pointer(100, 100)).isZero();
    assertThat(UrgentRule.pointer(100, 100 + 65_535)).isEqualTo(65_535);
    assertThat(UrgentRule.pointer(100, 100 + 65_536)).isEqualTo(UrgentRule.NO_POINTER);
    assertThat(UrgentRule.pointer(100, 99)).isEqualTo(UrgentRule.NO_POINTER);
    assertThat(UrgentRule.pointer(100, UrgentRule.NO_END)).isEqualTo(UrgentRule.NO_POINTER);
  }
}
