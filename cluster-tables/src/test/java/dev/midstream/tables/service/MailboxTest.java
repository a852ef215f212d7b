package dev.midstream.tables.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final Mailbox<String, Integer> mailbox = new Mailbox<>(2);

  @Test
  @DisplayName("the last change of a key waits, joined with the earlier one")
  void joins() {
    mailbox.add("a", 1, Integer::sum);
    mailbox.add("b", 1, Integer::sum);
    assertThat(mailbox.add("a", 4, Integer::sum)).isNull();
    assertThat(mailbox.takeAll()).containsExactly(Map.entry("b", 1), Map.entry("a", 5));
    assertThat(mailbox.takeAll()).isEmpty();
  }

  @Test
  @DisplayName("when it is full the oldest is dropped")
  void dropsTheOldest() {
    mailbox.add("a", 1, Integer::sum);
    mailbox.add("b", 2, Integer::sum);
    assertThat(mailbox.add("c", 3, Integer::sum)).isEqualTo(1);
    assertThat(mailbox.takeAll()).containsOnlyKeys("b", "c");
  }

  @Test
  @DisplayName("an earlier change comes back only if there is no later one, and room")
  void addsAgain() {
    mailbox.add("a", 1, Integer::sum);
    assertThat(mailbox.addAgain("a", 9)).isTrue();
    assertThat(mailbox.addAgain("b", 2)).isTrue();
    assertThat(mailbox.addAgain("c", 3)).isFalse();
    assertThat(mailbox.takeAll()).containsExactly(Map.entry("a", 1), Map.entry("b", 2));
  }
}
