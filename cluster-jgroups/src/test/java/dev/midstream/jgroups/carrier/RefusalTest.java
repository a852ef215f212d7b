package dev.midstream.jgroups.carrier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.jgroups.carrier.Refusal.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RefusalTest {
  @Test
  @DisplayName("LD-1 each reason says what an operator can do")
  void saysWhatToDo() {
    for (Reason each : Reason.values()) {
      assertThat(new Refusal(each, "x").text()).isEqualTo("x; " + each.remedy());
      assertThat(each.remedy()).isNotBlank();
    }
  }

  @Test
  @DisplayName("LD-1 a name from a stranger cannot make lines, and cannot be long")
  void printsOneLine() {
    assertThat(new Refusal(Reason.FOREIGN, "names=a\nERROR\r\u001b[2J").what())
        .isEqualTo("names=a?ERROR??[2J");
    assertThat(new Refusal(Reason.FOREIGN, "x".repeat(501)).what()).isEqualTo("x".repeat(500));
  }
}
