package dev.midstream.reassembly.stream;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A FIN among opaque octets, beyond which stray ones have passed. */
class OpaqueFinTest {
  /** The client's first octet becomes {@code text}; the rest is opaque. */
  private static LambdaAgent editingFirst(String text) {
    return LambdaAgent.onClient((view, out) -> {
      if (view.length() > 0) {
        out.replace(1, Octets.ofText(text));
        out.skipRest();
      }
    });
  }

  /** The client's first octet becomes {@code yy}; the next six are opaque, and the rest passes. */
  private static LambdaAgent skippingSix() {
    return LambdaAgent.withState((state, direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER && state == 0 && view.length() > 0) {
        out.replace(1, Octets.ofText("yy"));
        out.skip(6);
        return 1;
      }
      if (state == 1 || direction == Direction.SERVER_TO_CLIENT) {
        SimpleAgents.pass(view, out);
      }
      return state;
    });
  }

  private static LambdaAgent skippingAll() {
    return LambdaAgent.onClient((view, out) -> out.skipRest());
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-36 a FIN among opaque octets leaves at its place, although later octets passed")
  void forwardsAFinBelowStrayOctets(Vantage vantage) {
    TestEngine.of(editingFirst("yy"))
        .vantage(vantage)
        .open(
            """
            c> . 1:4(3) ack 1 "xab"
            >s . 1:5(4) ack 1 "yyab"
            c> . 8:10(2) ack 1 "st"
            >s . 9:11(2) ack 1 "st"
            c> F. 4:4(0) ack 1
            >s F. 5:5(0) ack 1
            c> F. 2:4(2) ack 1 "ab"
            >s F. 3:5(2) ack 1 "ab"
            """
                + (vantage == Vantage.INLINE
                    ? "s> . 1:1(0) ack 6\n>c . 1:1(0) ack 5\n"
                    : "s> . 1:1(0) ack 5\n>c . 1:1(0) ack 6\n"));
  }

  @Test
  @DisplayName("C-36 such a FIN leaves also with octets that its receiver has acknowledged")
  void forwardsAFinWithAcknowledgedOctets() {
    TestEngine.of(editingFirst("yy"))
        .open(
            """
            c> . 1:4(3) ack 1 "xab"
            >s . 1:5(4) ack 1 "yyab"
            c> . 8:10(2) ack 1 "st"
            >s . 9:11(2) ack 1 "st"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 5
            c> F. 2:4(2) ack 1 "ab"
            >s F. 5:5(0) ack 1
            """);
  }

  @Test
  @DisplayName("C-36 such a FIN leaves after an insertion at its place")
  void forwardsAFinAfterAnInsertion() {
    TestEngine.inline(
            LambdaAgent.onClient((view, out) -> {
              if (view.length() > 0) {
                out.pass(view.length());
                out.replace(0, Octets.ofText("RR"));
                out.skipRest();
              }
            }))
        .open(
            """
            c> . 1:5(4) ack 1 "aaaa"
            >s . 1:7(6) ack 1 "aaaaRR"
            c> . 8:10(2) ack 1 "st"
            >s . 10:12(2) ack 1 "st"
            s> . 1:1(0) ack 7
            >c . 1:1(0) ack 5
            c> F. 5:5(0) ack 1
            >s F. 7:7(0) ack 1
            """);
  }

  @Test
  @DisplayName("C-36 H-41 a forged FIN below folded commands does not become one at their end")
  void absorbsAFinBelowTheBase() {
    TestEngine.inline(SimpleAgents.skipping())
        .open(
            """
            c> . 1:3(2) ack 1 "xS"
            >s . 1:4(3) ack 1 "yyS"
            c> . 3:11(8) ack 1 "abcdefgh"
            >s . 4:12(8) ack 1 "abcdefgh"
            c> . 11:12(1) ack 1 "x"
            >s . 12:14(2) ack 1 "yy"
            s> . 1:1(0) ack 14
            >c . 1:1(0) ack 12
            at 30s
            c> F. 6:6(0) ack 1
            s> . 1:5(4) ack 14 "data"
            >c . 1:5(4) ack 12 "data"
            """);
  }

  @Test
  @DisplayName("C-36 H-30 such a FIN does not leave with a part of the octets before it")
  void keepsAFinFromThePartThatFits() {
    TestEngine.inline(editingFirst("yy"))
        .run(
            Opening.of("<mss 1460,sackOK>", "win 30 <mss 1460,sackOK>", "")
                + """
                c> . 1:8(7) ack 1 "xabcdef"
                >s . 1:9(8) ack 1 "yyabcdef"
                c> . 12:14(2) ack 1 "st"
                >s . 13:15(2) ack 1 "st"
                s> . 1:1(0) ack 3 win 2
                >c . 1:1(0) ack 2 win 29
                c> F. 2:8(6) ack 1 "abcdef"
                >s . 3:5(2) ack 1 "ab"
                >c . 1:1(0) ack 2 win 29
                """);
  }

  @Test
  @DisplayName("C-36 octets beyond the FIN of a recording do not leave when a span begins")
  void forgetsStrayOctetsWhenASpanBegins() {
    TestEngine.of(skippingAll())
        .open(
            """
            c> . 8:10(2) ack 1 "st"
            c> F. 6:6(0) ack 1
            c> . 3:4(1) ack 1 "c"
            c> . 1:2(1) ack 1 "a"
            >s same
            >s . 3:4(1) ack 1 "c"
            c> . 4:6(2) ack 1 "de"
            >s F. 4:6(2) ack 1 "de"
            """);
  }

  @Test
  @DisplayName("C-36 opaque octets beyond a FIN of a recording that waits pass and do not hide it")
  void passesStrayOctetsOfASpan() {
    TestEngine.of(editingFirst("yy"))
        .open(
            """
            c> . 1:2(1) ack 1 "x"
            >s . 1:3(2) ack 1 "yy"
            c> F. 6:6(0) ack 1
            c> . 8:10(2) ack 1 "st"
            >s . 9:11(2) ack 1 "st"
            c> . 2:6(4) ack 1 "bcde"
            >s F. 3:7(4) ack 1 "bcde"
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7:10(3) ack 1 \"sti\"", "8:10(2) ack 1 \"ti\""})
  @DisplayName("C-36 octets at the end of a span do not hide a FIN of a recording that waits in it")
  void delaysStrayOctetsAtTheEndOfASpan(String stray) {
    TestEngine test = TestEngine.of(skippingSix());
    Scripts.of(test.engine())
        .run(
            TestEngine.OPEN
                + """
                c> . 1:2(1) ack 1 "x"
                >s . 1:3(2) ack 1 "yy"
                c> F. 6:6(0) ack 1
                c> . %s
                c> . 2:6(4) ack 1 "bcde"
                >s F. 3:7(4) ack 1 "bcde"
                s> . 1:1(0) ack 7
                >c . 1:1(0) ack 8
                end
                nothing
                """
                    .formatted(stray));
  }

  @Test
  @DisplayName("C-36 C-69 octets at the end of a span leave once a FIN of a recording was none")
  void passesOctetsAtTheEndOfASpanOfWhichTheFinWasNone() {
    TestEngine.of(skippingSix())
        .open(
            """
            c> . 1:2(1) ack 1 "x"
            >s . 1:3(2) ack 1 "yy"
            c> F. 6:6(0) ack 1
            c> . 7:10(3) ack 1 "ghi"
            s> . 1:1(0) ack 10
            >c . 1:1(0) ack 3
            >s . 8:11(3) ack 1 "ghi"
            """);
  }

  @Test
  @DisplayName("C-36 C-69 an acknowledgement beyond the FIN of a recording shows that it is none")
  void withdrawsAFinThatItsReceiverDidNotGet() {
    TestEngine.of(SimpleAgents.passing())
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s same
            c> F. 20:20(0) ack 1
            c> . 30:34(4) ack 1 "wxyz"
            s> . 1:1(0) ack 34
            >c . 1:1(0) ack 4
            at 3s
            >s . 30:34(4) ack 1 "wxyz"
            c> . 34:36(2) ack 1 "zz"
            >s same
            """);
  }

  @Test
  @DisplayName("C-36 octets beyond a FIN of a recording are refused until its place is known")
  void refusesStrayOctetsBeforeTheEndIsDecided() {
    TestEngine.of(SimpleAgents.replacing("x", "yy"))
        .limits(EngineLimits.DEFAULTS.withCommands(1))
        .open(
            """
            c> . 1:2(1) ack 1 "x"
            >s . 1:3(2) ack 1 "yy"
            c> . 2:4(2) ack 1 "xx"
            c> F. 4:4(0) ack 1
            c> . 8:10(2) ack 1 "st"
            s> . 1:1(0) ack 2
            >c . 1:1(0) ack 3
            >s F. 3:7(4) ack 1 "yyyy"
            """);
  }
}
