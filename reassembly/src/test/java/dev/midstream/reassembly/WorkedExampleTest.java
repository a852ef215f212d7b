package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The worked example of the source, "Hello world" → "Hi there". Sequence numbers are those of the
 * source, with ISN 0; an underscore stands for the blank.
 */
class WorkedExampleTest {
  /**
   * One row of the run.
   *
   * @param event the segment that arrives; empty if the row belongs to the one before
   * @param source the segment that leaves in the source
   * @param ours the segment that leaves the engine
   * @param why the reason for a difference; empty without one
   */
  private record Row(String event, String source, String ours, String why) {}

  private static final String NOTHING = "nothing";

  private static final List<Row> ROWS =
      List.of(
          new Row(
              "c> . 4:7(3) ack 1 \"lo_\"",
              NOTHING,
              ">c . 1:1(0) ack 1 <sack 4:7>",
              "the receiver would report the gap to the sender; the engine reports it instead"),
          new Row(
              "c> . 1:4(3) ack 1 \"Hel\"",
              ">s . 1:3(2) ack 1 \"Hi\"",
              ">s . 1:3(2) ack 1 \"Hi\"",
              ""),
          new Row("", ">s . 3:4(1) ack 1 \"_\"", ">s . 3:4(1) ack 1 \"_\"", ""),
          new Row(
              "s> . 1:1(0) ack 3",
              ">c . 1:1(0) ack 4",
              ">c . 1:1(0) ack 7 win 65534",
              "an ACK that ends among reported octets would mean that they were discarded"),
          new Row("s> . 1:1(0) ack 4", ">c . 1:1(0) ack 7", ">c . 1:1(0) ack 7", ""),
          new Row(
              "c> . 10:12(2) ack 1 \"ld\"",
              NOTHING,
              ">c . 1:1(0) ack 7 <sack 10:12>",
              "the receiver would report the gap to the sender; the engine reports it instead"),
          new Row(
              "c> . 4:10(6) ack 1 \"lo_wor\"",
              ">s . 3:7(4) ack 1 \"_the\"",
              ">s . 4:7(3) ack 1 \"the\"",
              "acknowledged octets are not sent again"),
          new Row("", ">s . 7:9(2) ack 1 \"re\"", ">s . 7:9(2) ack 1 \"re\"", ""),
          new Row(
              "s> . 1:1(0) ack 7", ">c . 1:1(0) ack 10", ">c . 1:1(0) ack 12 win 65533", "as at 3"),
          new Row("s> . 1:1(0) ack 9", ">c . 1:1(0) ack 12", ">c . 1:1(0) ack 12", ""));

  private static Script script(Vantage vantage, OutOfOrder order) {
    Engine engine =
        TestEngine.of(LambdaAgent.by((direction, view, out) -> decide(view, out)))
            .vantage(vantage)
            .outOfOrder(order)
            .engine();
    return Scripts.of(engine).between(Ends.IPV4.withIsns(0, 0)).run(TestEngine.OPEN);
  }

  /** ⟨2,2,"i"⟩ ⟨4,2,""⟩ ⟨7,3,"the"⟩ ⟨10,2,"re"⟩, each as soon as its octets have arrived. */
  private static void decide(OctetView view, Decisions out) {
    int at = 0;
    while (at < view.length()) {
      int number = (int) view.start() + at + 1;
      Octets octets =
          switch (number) {
            case 2 -> Octets.ofText("i");
            case 7 -> Octets.ofText("the");
            case 10 -> Octets.ofText("re");
            default -> Octets.empty();
          };
      int length = number == 4 ? 2 : number == 7 ? 3 : octets.isEmpty() ? 0 : 2;
      if (length == 0) {
        out.pass(1);
        at++;
      } else if (at + length <= view.length()) {
        out.replace(length, octets);
        at += length;
      } else {
        return;
      }
    }
  }

  @Test
  @DisplayName("HDP-16 the example of the source, with exactly the differences that have a reason")
  void rewritesTheExampleOfTheSource() {
    Script script = script(Vantage.INLINE, OutOfOrder.DELAY_SINGLE);
    StringBuilder lines = new StringBuilder();
    for (Row row : ROWS) {
      assertThat(row.ours().equals(row.source())).as(row.event()).isEqualTo(row.why().isEmpty());
      lines.append(row.event()).append('\n').append(row.ours()).append('\n');
    }
    script.run(lines.toString());
  }

  @Test
  @DisplayName("HDP-16 Fig 6B: shown together, the first two segments leave as one")
  void joinsTheFirstTwoSegments() {
    script(Vantage.INLINE, OutOfOrder.DELAY_JOINED)
        .run(
            """
            c> . 4:7(3) ack 1 "lo_"
            >c . 1:1(0) ack 1 <sack 4:7>
            c> . 1:4(3) ack 1 "Hel"
            >s . 1:4(3) ack 1 "Hi_"
            """);
  }

  @Test
  @DisplayName(
      "HDP-16 H-26 ack 3 maps to 4; a deletion decided later is acknowledged with what follows it")
  void acknowledgesALaterDeletionWithWhatFollows() {
    script(Vantage.INLINE, OutOfOrder.DELAY_SINGLE)
        .run(
            """
            c> . 1:4(3) ack 1 "Hel"
            >s . 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 3
            >c . 1:1(0) ack 4
            c> . 4:7(3) ack 1 "lo_"
            >s . 3:4(1) ack 1 "_"
            nothing
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("HDP-16 the same example as a recording: its acknowledgements count original octets")
  void rewritesARecordingOfTheExample() {
    script(Vantage.RECORDING, OutOfOrder.DELAY_SINGLE)
        .run(
            """
            c> . 4:7(3) ack 1 "lo_"
            c> . 1:4(3) ack 1 "Hel"
            >s . 1:3(2) ack 1 "Hi"
            >s . 3:4(1) ack 1 "_"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 3
            c> . 10:12(2) ack 1 "ld"
            c> . 4:10(6) ack 1 "lo_wor"
            >s . 3:7(4) ack 1 "_the"
            >s . 7:9(2) ack 1 "re"
            s> . 1:1(0) ack 7 <sack 10:12>
            >c . 1:1(0) ack 4 <sack 7:9>
            s> . 1:1(0) ack 12
            >c . 1:1(0) ack 9
            """);
  }
}
