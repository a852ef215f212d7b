package dev.midstream.modcmd.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class DecisionBatchTest {
  private static final Octets HI = Octets.ofText("hi");

  private final DecisionBatch batch = new DecisionBatch();

  @Test
  @DisplayName("C-15 keeps several edits of one call in their order")
  void keepsAnswersInOrder() {
    batch.open(20, false);
    batch.pass(3);
    batch.replace(5, HI);
    batch.replace(0, HI);
    batch.replace(2, Octets.empty());
    batch.skip(4);
    batch.reply(Direction.SERVER_TO_CLIENT, HI);
    batch.report("seen");
    batch.need(7);

    assertThat(lines())
        .containsExactly(
            "PASS 3",
            "REPLACE 5 6869",
            "REPLACE 0 6869",
            "REPLACE 2",
            "SKIP 4",
            "REPLY 0 6869 SERVER_TO_CLIENT",
            "REPORT 0 seen",
            "NEED 7");
    assertThat(batch.decidedOctets()).isEqualTo(14);
    assertThat(batch.refusal()).isNull();
  }

  @Test
  void countsAdjacentPassesAsOne() {
    batch.open(10, false);
    batch.pass(3);
    batch.pass(4);
    batch.report("between");
    batch.pass(1);

    assertThat(lines()).containsExactly("PASS 7", "REPORT 0 between", "PASS 1");
    assertThat(batch.decidedOctets()).isEqualTo(8);
  }

  @Test
  void acceptsNoOctetAnswerAfterSkipBeyondView() {
    batch.open(10, false);
    batch.skip(4);
    batch.skip(1_000);

    assertThat(lines()).containsExactly("SKIP 4", "SKIP 1000");
    assertThat(batch.decidedOctets()).isEqualTo(10);
    batch.replace(0, HI);
    assertThat(batch.refusal()).contains("replace after an answer that ends the call");
  }

  @Test
  void takesADropAsItTakesASkip() {
    batch.open(10, false);
    batch.drop(4);
    batch.drop(1_000);
    assertThat(lines()).containsExactly("DROP 4", "DROP 1000");
    assertThat(batch.decidedOctets()).isEqualTo(10);
    assertThat(batch.endsWithSpan()).isTrue();

    batch.open(10, true);
    batch.drop(1_000);
    assertThat(lines()).containsExactly("DROP 10");
    assertThat(batch.endsWithSpan()).isFalse();
    assertRefused(out -> out.drop(0), "drop of too few octets, count=0");
  }

  @Test
  void takesAFinishBesideOtherAnswers() {
    batch.open(10, false);
    batch.finish(Direction.SERVER_TO_CLIENT);
    batch.skip(1_000);
    batch.finish(Direction.CLIENT_TO_SERVER);
    assertThat(lines()).containsExactly("FINISH 0", "SKIP 1000", "FINISH 0");
    assertThat(batch.direction(0)).isEqualTo(Direction.SERVER_TO_CLIENT);
    assertThat(batch.direction(2)).isEqualTo(Direction.CLIENT_TO_SERVER);
    batch.abort(Direction.CLIENT_TO_SERVER, "denied");
    assertThat(batch.kind(3)).isEqualTo(AnswerKind.ABORT);
    assertThat(batch.direction(3)).isEqualTo(Direction.CLIENT_TO_SERVER);
    assertThat(batch.text(3)).isEqualTo("denied");
    batch.reset("over");
    batch.finish(Direction.CLIENT_TO_SERVER);
    assertThat(batch.refusal()).contains("finish after the connection was given up");
  }

  @Test
  void acceptsInsertionAfterSkipToEndOfView() {
    batch.open(10, false);
    batch.skip(10);
    batch.replace(0, HI);
    assertThat(lines()).containsExactly("SKIP 10", "REPLACE 0 6869");
    assertThat(batch.viewLength()).isEqualTo(10);
  }

  @Test
  void cutsSkipAtEndOfStream() {
    batch.open(10, true);
    batch.pass(4);
    batch.skip(1_000);
    assertThat(lines()).containsExactly("PASS 4", "SKIP 6");

    batch.open(0, true);
    batch.skip(1);
    assertThat(lines()).isEmpty();
    assertThat(batch.refusal()).isNull();
  }

  @Test
  void limitsLengthOfSkip() {
    batch.open(1, false);
    batch.skip(Long.MAX_VALUE);
    assertThat(batch.count(0)).isEqualTo(DecisionBatch.MAX_SKIP_BYTES);
    assertThat(batch.decidedOctets()).isEqualTo(1);
  }

  @Test
  void skipRestDecidesWholeView() {
    batch.open(10, false);
    batch.pass(2);
    batch.skipRest();
    batch.reply(Direction.CLIENT_TO_SERVER, HI);
    batch.detach();
    batch.report("done");

    assertThat(lines())
        .containsExactly(
            "PASS 2", "SKIP_REST 0", "REPLY 0 6869 CLIENT_TO_SERVER", "DETACH 0", "REPORT 0 done");
    assertThat(batch.decidedOctets()).isEqualTo(10);
  }

  @Test
  void insertsIntoEmptyView() {
    batch.open(0, true);
    batch.replace(0, HI);
    assertThat(lines()).containsExactly("REPLACE 0 6869");
  }

  @Test
  void keepsReasonsOfNotMineAndReset() {
    batch.open(0, false);
    batch.notMine("no banner");
    assertThat(lines()).containsExactly("NOT_MINE 0 no banner");
    batch.open(0, false);
    batch.reset("refused");
    assertThat(lines()).containsExactly("RESET 0 refused");
  }

  @Test
  @DisplayName("C-21 refuses answers for octets that were not shown")
  void refusesOctetsThatWereNotShown() {
    assertRefused(out -> out.pass(11), "pass of octets that were not shown, count=11 undecided=10");
    assertRefused(
        out -> out.replace(11, HI), "replace of octets that were not shown, count=11 undecided=10");
    batch.open(10, false);
    batch.pass(4);
    batch.pass(7);
    assertThat(batch.refusal()).contains("pass of octets that were not shown, count=7 undecided=6");
    assertThat(lines()).containsExactly("PASS 4");
  }

  @Test
  @DisplayName("C-21 refuses counts without effect")
  void refusesCountsWithoutEffect() {
    assertRefused(out -> out.pass(0), "pass of too few octets, count=0");
    assertRefused(out -> out.pass(-1), "pass of too few octets, count=-1");
    assertRefused(out -> out.replace(-1, HI), "replace of too few octets, count=-1");
    assertRefused(out -> out.replace(0, Octets.empty()), "replace of too few octets, count=0");
    assertRefused(out -> out.skip(0), "skip of too few octets, count=0");
    assertRefused(
        out -> out.reply(Direction.CLIENT_TO_SERVER, Octets.empty()), "reply without octets");
  }

  @Test
  @DisplayName("C-21 refuses a need that is already met")
  void refusesNeedThatIsMet() {
    assertRefused(out -> out.need(10), "need is already met, length=10 undecided=10");
    assertRefused(out -> out.need(-1), "need is already met, length=-1");
    batch.open(10, false);
    batch.pass(4);
    batch.need(7);
    assertThat(batch.refusal()).isNull();
  }

  @Test
  @DisplayName("C-21 a wait for the other direction is one only if octets are left undecided")
  void awaitsWithUndecidedOctets() {
    batch.open(10, false);
    batch.pass(9);
    batch.awaitOther();
    assertThat(lines()).containsExactly("PASS 9", "AWAIT_OTHER 0");
    batch.open(10, false);
    batch.pass(10);
    batch.awaitOther();
    assertThat(lines()).containsExactly("PASS 10");
    assertNextRefused(d -> d.need(1), "after an answer that ends the call, at=1");
  }

  @Test
  @DisplayName("C-21 refuses octet answers after an answer that ends the call")
  void refusesOctetAnswersAfterEndOfCall() {
    List<Consumer<Decisions>> last =
        List.of(d -> d.need(11), d -> d.awaitOther(), d -> d.skip(11), d -> d.skipRest());
    List<Consumer<Decisions>> next =
        List.of(
            d -> d.awaitOther(),
            d -> d.pass(1),
            d -> d.replace(0, HI),
            d -> d.need(12),
            d -> d.skip(1),
            d -> d.skipRest());
    assertRefusedAfter(last, next, "after an answer that ends the call, at=1");
  }

  @Test
  @DisplayName("C-21 accepts only reports after a detach, notMine or reset")
  void acceptsOnlyReportsAfterConnectionWasLeft() {
    List<Consumer<Decisions>> last =
        List.of(d -> d.detach(), d -> d.notMine("why"), d -> d.reset("why"));
    List<Consumer<Decisions>> next =
        List.of(
            d -> d.pass(1),
            d -> d.reply(Direction.CLIENT_TO_SERVER, HI),
            d -> d.detach(),
            d -> d.notMine("why"),
            d -> d.reset("why"));
    assertRefusedAfter(last, next, "after the connection was given up, at=1");
  }

  @Test
  @DisplayName("C-21 keeps the first refusal and stops an agent that continues")
  void stopsAgentAfterRefusal() {
    batch.open(1, false);
    batch.pass(2);
    int before = batch.size();

    List<Consumer<Decisions>> answers =
        List.of(d -> d.report("more"), d -> d.pass(1), d -> d.skipRest(), d -> d.detach());
    for (Consumer<Decisions> answer : answers) {
      assertThatThrownBy(() -> answer.accept(batch))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("pass of octets that were not shown");
    }
    assertThat(batch.size()).isEqualTo(before);
    assertThat(batch.refusal()).startsWith("pass of octets that were not shown");
  }

  @Test
  @DisplayName("C-20 accepts reasons that are declared, also after the connection was left")
  void acceptsDeclaredReasonsOnly() {
    AgentReason declared = new AgentReason("long-line", "a line is too long", Consequence.LIMIT);
    batch.open(1, false, List.of(declared));
    batch.detach();
    batch.count(new AgentReason("long-line", "a line is too long", Consequence.LIMIT), "line 7");
    assertThat(batch.reason(1)).isSameAs(declared);
    assertThat(batch.text(1)).isEqualTo("line 7");

    assertThat(batch.undeclared()).isNull();
    AgentReason other = new AgentReason("long-line", "a line is too long", Consequence.DENIED);
    batch.count(other, "line 8");
    assertThat(batch.undeclared()).isSameAs(other);
    assertThat(batch.refusal())
        .isEqualTo("count of a reason that the provider does not declare, code=long-line");
    assertThat(batch.size()).isEqualTo(2);
    batch.open(1, false);
    assertThat(batch.undeclared()).isNull();
    batch.count(declared, "line 9");
    assertThat(batch.refusal()).isNotNull();
  }

  @Test
  void limitsNumberOfAnswers() {
    batch.open(1, false);
    for (int i = 0; i <= DecisionBatch.MAX_EXTRA_ANSWERS; i++) {
      batch.replace(0, HI);
    }
    assertThat(batch.refusal()).isNull();
    batch.replace(1, HI);
    assertThat(batch.refusal()).startsWith("too many answers, count=65538");
    assertThat(batch.size()).isEqualTo(DecisionBatch.MAX_EXTRA_ANSWERS + 1);
    assertThat(batch.decidedOctets()).isZero();
  }

  @Test
  void acceptsEditForEachOctetOfLongestView() {
    int length = 3 * DecisionBatch.MAX_EXTRA_ANSWERS;
    batch.open(length, false);
    for (int i = 0; i < length; i++) {
      batch.replace(1, HI);
    }
    assertThat(batch.refusal()).isNull();
    assertThat(batch.decidedOctets()).isEqualTo(length);
  }

  @Test
  void limitsNewOctets() {
    Octets half = Octets.of(new byte[DecisionBatch.MAX_NEW_BYTES / 2]);
    batch.open(1, false);
    batch.replace(1, half);
    batch.reply(Direction.CLIENT_TO_SERVER, half);
    assertThat(batch.refusal()).isNull();
    batch.replace(0, Octets.of((byte) 1));
    assertThat(batch.refusal()).startsWith("too many new octets, bytes=16777217");
    assertThat(batch.size()).isEqualTo(2);
  }

  @Test
  void clearsAnswersOfPreviousCall() {
    batch.open(1, false);
    batch.replace(1, HI);
    batch.reply(Direction.CLIENT_TO_SERVER, HI);
    batch.reset("why");
    batch.pass(1);

    batch.open(4, false);
    assertThat(lines()).isEmpty();
    assertThat(batch.refusal()).isNull();
    assertThat(batch.decidedOctets()).isZero();
    batch.pass(4);
    batch.detach();
    assertThat(lines()).containsExactly("PASS 4", "DETACH 0");
    assertThatThrownBy(() -> batch.direction(0)).hasMessageContaining("only a reply");
  }

  /** Checks that each of {@code next} is refused after each of {@code last}. */
  private void assertRefusedAfter(
      List<Consumer<Decisions>> last, List<Consumer<Decisions>> next, String message) {
    for (Consumer<Decisions> first : last) {
      for (Consumer<Decisions> second : next) {
        batch.open(10, false);
        first.accept(batch);
        assertNextRefused(second, message);
      }
    }
  }

  private void assertRefused(Consumer<Decisions> answer, String message) {
    batch.open(10, false);
    assertNextRefused(answer, message);
  }

  /** Checks that an answer is refused, and changes nothing. */
  private void assertNextRefused(Consumer<Decisions> answer, String message) {
    List<String> before = lines();
    int decided = batch.decidedOctets();
    answer.accept(batch);
    assertThat(batch.refusal()).contains(message);
    assertThat(lines()).isEqualTo(before);
    assertThat(batch.decidedOctets()).isEqualTo(decided);
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      String direction = batch.kind(i) == AnswerKind.REPLY ? batch.direction(i).toString() : "";
      String line =
          String.join(
              " ",
              batch.kind(i) + " " + batch.count(i),
              batch.octets(i).toString(),
              direction,
              batch.text(i));
      lines.add(line.strip().replaceAll(" +", " "));
    }
    return lines;
  }
}
