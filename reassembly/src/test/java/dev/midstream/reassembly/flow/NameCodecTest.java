package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.event.ReasonCounts;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rules and reasons are read as they were written, as text and as numbers. */
class NameCodecTest {
  private static final Rule MAIL = rule("mail");
  private static final Rule FILES = rule("files");

  private final RuleTable rules = new RuleTable(List.of(MAIL, FILES), Action.ALLOW, Mode.ENFORCE);
  private final NameCodec text = NameCodec.ofText(rules);
  private final NameCodec numbers = NameCodec.ofNumbers(rules);
  private final StateWriter out = new StateWriter();

  private static Rule rule(String name) {
    return new Rule(name, Match.ANY, Action.ALLOW, null, null, Mode.ENFORCE);
  }

  private StateReader written() {
    byte[] octets = out.toOctets();
    out.clear();
    return new StateReader(octets, 0, octets.length);
  }

  @Test
  @DisplayName("HDP-17 every rule is read as it was written, the two reserved ones included")
  void readsRules() {
    for (NameCodec names : List.of(text, numbers)) {
      for (Rule rule : List.of(MAIL, FILES, rules.defaultRule(), rules.expectedRule())) {
        names.write(rule, out);
        assertThat(names.readRule(written())).isSameAs(rule);
      }
    }
  }

  @Test
  @DisplayName("HDP-17 every reason is read as it was written")
  void readsReasons() {
    for (NameCodec names : List.of(text, numbers)) {
      for (Reason reason : Reason.values()) {
        names.write(reason, out);
        assertThat(names.readReason(written())).isSameAs(reason);
      }
    }
  }

  @Test
  @DisplayName("OWN-3 counts of a connection are read as they were written, those of the agent too")
  void readsCounts() {
    ReasonCounts counts = new ReasonCounts();
    counts.add(Reason.DELAYED, 3);
    counts.add(Reason.ACK_MADE, 1L << 32);
    counts.addOfAgent("mail.denied", 200);
    for (NameCodec names : List.of(text, numbers)) {
      names.write(counts, out);
      ReasonCounts read = new ReasonCounts();
      names.readCounts(written(), read);
      assertThat(read.byCode()).isEqualTo(counts.byCode()).hasSize(3);
      assertThat(read.byCode()).containsEntry("ack-made", (1L << 32) - 1);
    }
  }

  @Test
  @DisplayName("HSI-10 within one engine a name takes an octet")
  void takesAnOctet() {
    numbers.write(FILES, out);
    numbers.write(Reason.WINDOW_MAPPED, out);
    assertThat(out.length()).isEqualTo(2);
  }

  @Test
  @DisplayName("HDP-17 names that are not known here are refused")
  void refusesUnknownNames() {
    text.write(rule("news"), out);
    StateReader unknownText = written();
    assertThatThrownBy(() -> text.readRule(unknownText)).isInstanceOf(MalformedState.class);
    numbers.write(rule("news"), out);
    StateReader unknownNumber = written();
    assertThatThrownBy(() -> numbers.readRule(unknownNumber)).isInstanceOf(MalformedState.class);
    out.text("no-such-reason");
    StateReader unknownReason = written();
    assertThatThrownBy(() -> text.readReason(unknownReason)).isInstanceOf(MalformedState.class);
  }
}
