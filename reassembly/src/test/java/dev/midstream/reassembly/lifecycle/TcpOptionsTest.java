package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies.Multipath;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP options that forbid editing, unknown options, malformed options. */
class TcpOptionsTest {
  private static final String UNEDITED =
      """
      c> . 1:6(5) ack 1 "Hello"
      >s same
      s> . 1:6(5) ack 6 "Hello"
      >c same
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {"raw 1312" + "00112233445566778899aabbccddeeff", "raw 1d040102", "raw 4502"})
  @DisplayName("C-47 an option that forbids editing counts on the SYN-ACK alone too")
  void optionOfTheServerForbidsEditing(String option) {
    Engine engine =
        TestEngine.inline("Hello", "Hi")
            .run(
                "c> S 0:0(0) <mss 1460>\n>s same\ns> S. 0:0(0) ack 1 <%s>\n>c same\n"
                        .formatted(option)
                    + UNEDITED);
    assertThat(engine.counters().of(Reason.OPTION_FORBIDS)).isOne();
    assertThat(engine.counters().edits()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-48 H-47 MP_JOIN is stripped from an edited connection")
  void stripsMultipathJoins(Vantage vantage) {
    TestEngine.of("Hello", "Hi")
        .multipath(Multipath.STRIP)
        .vantage(vantage)
        .run(
            """
            c> S 0:0(0) <mss 1460,raw 1e0c10010102030405060708>
            >s S 0:0(0) <mss 1460>
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            """);
  }

  @Test
  @DisplayName("C-48 with mptcp: leave a connection with MP_JOIN passes bit for bit")
  void leavesMultipathJoins() {
    Engine engine =
        TestEngine.inline("Hello", "Hi")
            .multipath(Multipath.LEAVE)
            .run(
                """
                c> S 0:0(0) <mss 1460,raw 1e0c10010102030405060708>
                >s same
                s> S. 0:0(0) ack 1 <mss 1460,raw 1e1010010102030405060708090a0b0c>
                >c same
                """
                    + UNEDITED);
    assertThat(engine.counters().of(Reason.OPTION_FORBIDS)).isPositive();
  }

  @Test
  @DisplayName("unknown options stay on forwarded, edited and extra segments")
  void keepsUnknownOptions() {
    LambdaAgent grow =
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() == 3) {
            out.pass(3);
          } else if (view.length() > 0) {
            out.replace(view.length(), Octets.ofText("g".repeat(100)));
          }
        });
    TestEngine.inline(grow)
        .run(
            """
            c> S 0:0(0) <mss 1460,TS 1/0,raw fd06aabbccdd>
            >s same
            s> S. 0:0(0) ack 1 <mss 80,TS 2/1>
            >c same
            c> . 1:1(0) ack 1 <TS 3/2,raw fd04cafe>
            >s . 1:1(0) ack 1 <TS 3/2,raw fd04cafe>
            c> . 1:4(3) ack 1 <TS 4/2,raw fd04cafe> "abc"
            >s . 1:4(3) ack 1 <TS 4/2,raw fd04cafe> "abc"
            c> P. 4:5(1) ack 1 <TS 5/2,raw fd04beef> "!"
            >s . 4:68(64) ack 1 <TS 5/2,raw fd04beef>
            >s P. 68:104(36) ack 1 <TS 5/2,raw fd04beef>
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"raw 02ff05b4", "raw 0201", "raw 02", "raw 0800", "raw 010105ff", "raw fd01"})
  @DisplayName(
      "C-51 a malformed option length in either SYN forbids editing; nothing beyond it is read")
  void malformedSynOptionForbidsEditing(String option) {
    for (boolean client : new boolean[] {true, false}) {
      String damaged = "<" + option + ">";
      Engine engine =
          TestEngine.inline("Hello", "Hi")
              .run(
                  "c> S 0:0(0) %s\n>s same\ns> S. 0:0(0) ack 1 %s\n>c same\n"
                          .formatted(client ? damaged : "", client ? "" : damaged)
                      + UNEDITED);
      assertThat(engine.counters().of(Reason.MALFORMED)).isOne();
      assertThat(engine.counters().edits()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw 08ff0001", "raw 05ff", "raw 0500", "raw 1e", "raw 080a0000"})
  @DisplayName("C-51 a malformed option length after the opening does not affect edits")
  void editsDespiteAMalformedOptionAfterTheOpening(String option) {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> . 1:6(5) ack 1 <%1$s> "Hello"
            >s . 1:3(2) ack 1 <%1$s> "Hi"
            s> . 1:6(5) ack 3 <%1$s> "Hello"
            >c . 1:3(2) ack 6 <%1$s> "Hi"
            """
                .formatted(option));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"raw 1312" + "00112233445566778899aabbccddeeff", "raw 1d040102", "raw 4502"})
  @DisplayName("C-47 connections with TCP-MD5, TCP-AO or TCP-ENO pass bit for bit")
  void neverEditsAuthenticatedConnections(String option) {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .run(
                """
                c> S 0:0(0) <%s>
                >s same
                s> S. 0:0(0) ack 1
                >c same
                c> . 1:6(5) ack 1 "Hello"
                >s same
                """
                    .formatted(option));
    assertThat(engine.counters().of(Reason.OPTION_FORBIDS)).isOne();
  }

  @Test
  @DisplayName("C-48 MP_CAPABLE is left and the connection unedited, or the option is stripped")
  void leavesOrStripsMultipath() {
    String syn = "c> S 0:0(0) <mss 1460,raw 1e0c00810102030405060708>\n";
    String rest = "s> S. 0:0(0) ack 1 <mss 1460>\n>c same\nc> . 1:6(5) ack 1 \"Hello\"\n";
    TestEngine.of("Hello", "Hi")
        .multipath(Multipath.LEAVE)
        .run(syn + ">s same\n" + rest + ">s same");
    TestEngine.of("Hello", "Hi")
        .multipath(Multipath.STRIP)
        .run(syn + ">s S 0:0(0) <mss 1460>\n" + rest + ">s . 1:3(2) ack 1 \"Hi\"");
  }

  @Test
  @DisplayName("C-51 a malformed option: nothing beyond the header is read, nothing is edited")
  void leavesMalformedOptionsUnedited() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .run(
                """
                c> S 0:0(0) <raw 02ff05b4>
                >s same
                s> S. 0:0(0) ack 1
                >c same
                c> . 1:6(5) ack 1 "Hello"
                >s same
                """);
    assertThat(engine.counters().of(Reason.MALFORMED)).isOne();
  }

  @Test
  @DisplayName("C-48 Multipath options of later segments are stripped too")
  void stripsMultipathOfLaterSegments() {
    TestEngine.inline("Hello", "Hi")
        .multipath(Multipath.STRIP)
        .open(
            """
            c> . 1:6(5) ack 1 <raw 1e0400aa> "Hello"
            >s . 1:3(2) ack 1 <> "Hi"
            """);
  }
}
