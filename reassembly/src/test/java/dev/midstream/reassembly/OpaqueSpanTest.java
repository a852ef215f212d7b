package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.Deciding;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpaqueSpanTest {
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DISCARD")
  @DisplayName("C-6 what was delayed inside a span that then became opaque leaves where it lies")
  void sendsDelayedOctetsOfASpan(Policies.OutOfOrder order) {
    List<String> views = new ArrayList<>();
    TestEngine.of(Rules.skipping().noting(views))
        .outOfOrder(order)
        .open(
            """
            c> . 6:9(3) ack 1 "fgh"
            c> P. 11:14(3) ack 1 "klx"
            c> . 1:4(3) ack 1 "xaS"
            >s . 1:5(4) ack 1 "yyaS"
            >s . 7:10(3) ack 1 "fgh"
            >s P. 12:16(4) ack 1 "klyy"
            c> . 9:11(2) ack 1 "ij"
            >s . 10:12(2) ack 1 "ij"
            c> . 4:6(2) ack 1 "de"
            >s . 5:7(2) ack 1 "de"
            """);
    assertThat(views).contains("lx").noneMatch(view -> view.contains("f"));
  }

  @Test
  @DisplayName("octets of a span pass at once, gaps or not, and are not shown")
  void passesASpanWithoutWaiting() {
    List<String> views = new ArrayList<>();
    TestEngine.of(Rules.skipping().noting(views))
        .open(
            """
            c> . 1:3(2) ack 1 "xS"
            >s . 1:4(3) ack 1 "yyS"
            c> . 5:7(2) ack 1 "ab"
            >s . 6:8(2) ack 1 "ab"
            c> . 9:12(3) ack 1 "cdx"
            >s . 10:14(4) ack 1 "cdyy"
            c> . 5:7(2) ack 1 "ab"
            >s . 6:8(2) ack 1 "ab"
            c> . 3:5(2) ack 1 "ef"
            >s . 4:6(2) ack 1 "ef"
            s> . 1:1(0) ack 3 <sack 5:7 9:12>
            >c . 1:1(0) ack 4 <sack 6:8 10:14>
            """);
    assertThat(views).containsExactly("xS", "x");
  }

  @Test
  @DisplayName("HDP-11 a span is followed in monitor mode too")
  void followsASpanInMonitorMode() {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.of(Rules.skipping().noting(views))
            .mode(Mode.MONITOR)
            .open(
                """
                c> . 6:9(3) ack 1 "fgh"
                >s same
                c> . 11:14(3) ack 1 "klx"
                >s same
                c> . 1:4(3) ack 1 "xaS"
                >s same
                c> . 9:11(2) ack 1 "ij"
                >s same
                """);
    assertThat(views).containsExactly("xaS", "lx");
    assertThat(engine.counters().edits()).isEqualTo(2);
  }

  @Test
  @DisplayName("C-60 both directions opaque and nothing edited: the connection is left alone")
  void leavesAConnectionAlone() {
    Engine engine =
        TestEngine.of(Deciding.by((direction, view, out) -> out.notMine("tls")))
            .open(
                """
                c> . 4:6(2) ack 1
                c> . 1:4(3) ack 1
                >s . 1:6(5) ack 1 "abcde"
                c> P. 6:8(2) ack 1 badsum
                >s same
                """);
    List<Handling> handlings = new ArrayList<>();
    EngineConnections.forEach(
        engine, (Connection connection) -> handlings.add(connection.handling()));
    assertThat(handlings).containsExactly(Handling.UNTOUCHED);
    assertThat(engine.counters().of(Reason.NOT_MINE)).isOne();
    assertThat(engine.ledger().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-60 edits made before editing ended stay as they were")
  void keepsEditsMadeBefore() {
    Engine engine =
        TestEngine.of(
                Deciding.withState((state, direction, view, out) -> {
                  if (state == 0 && view.length() > 0) {
                    out.replace(view.length(), Octets.ofText("longer"));
                    return 1;
                  }
                  out.detach();
                  return state;
                }))
            .open(
                """
                c> . 1:4(3) ack 1 "abc"
                >s . 1:7(6) ack 1 "longer"
                c> . 4:6(2) ack 1 "de"
                >s . 7:9(2) ack 1 "de"
                c> . 1:6(5) ack 1 "abcde"
                >s . 1:9(8) ack 1 "longerde"
                c> . 10:12(2) ack 1 "ij"
                >s . 13:15(2) ack 1 "ij"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 9
                s> R. 1:1(0) ack 6
                >c R. 1:1(0) ack 9
                """);
    assertThat(engine.counters().of(Reason.DETACHED)).isOne();
  }
}
