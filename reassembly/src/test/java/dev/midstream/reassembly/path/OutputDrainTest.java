package dev.midstream.reassembly.path;

import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Segments that leave after a filled gap. */
class OutputDrainTest {

  @Test
  @DisplayName("H-1 octets delayed after a gap leave with the newest timestamp of their endpoint")
  void delayedSegmentsCarryTheNewestTimestamp() {
    TestEngine.inline(SimpleAgents.passing())
        .run(
            Opening.stamped(1, 500, 2)
                + """
                c> . 11:21(10) ack 1 <TS 11/500>
                >c . 1:1(0) ack 1 <TS 500/2>
                c> . 31:41(10) ack 1 <TS 12/500>
                >c . 1:1(0) ack 1 <TS 500/2>
                c> . 1:11(10) ack 1 <TS 40/500>
                >s . 1:21(20) ack 1 <TS 40/500>
                c> . 21:31(10) ack 1 <TS 41/500>
                >s . 21:41(20) ack 1 <TS 41/500>
                """);
  }

  @Test
  @DisplayName("T-2 H-5 a delayed segment leaves with the newest ACK and window of its endpoint")
  void delayedSegmentsCarryTheNewestAckAndWindow() {
    TestEngine.inline(SimpleAgents.passing())
        .outOfOrder(Policies.OutOfOrder.DELAY_SINGLE)
        .open(
            """
            s> . 1:81(80) ack 1
            >c . 1:81(80) ack 1
            c> . 11:21(10) ack 41 win 40000
            >s . 1:1(0) ack 41
            >c . 81:81(0) ack 1 <sack 11:21>
            c> . 1:1(0) ack 81 win 65535
            >s . 1:1(0) ack 81 win 65535
            c> . 1:11(10) ack 81 win 65535
            >s . 1:11(10) ack 81 win 65535
            >s . 11:21(10) ack 81 win 65535
            """);
  }

  @Test
  @DisplayName(
      "H-11 after a filled gap two segments leave at once, the rest over half a round trip")
  void pacesOctetsAfterAFilledGap() {
    StringBuilder script = new StringBuilder(Opening.PLAIN);
    script.append("c> . 1:1461(1460) ack 1\n>s . 1:1461(1460) ack 1\n");
    script.append("at 0.080s\ns> . 1:1(0) ack 1461\n>c . 1:1(0) ack 1461\n");
    for (int i = 2; i < 12; i++) {
      script.append("c> ").append(segment(i)).append(">c . 1:1(0) ack 1461\n");
    }
    script.append("c> ").append(segment(1));
    appendLeaving(script, 1, 4);
    script.append("s> . 1:1(0) ack 2921\n>c . 1:1(0) ack 17521 win 50935\n");
    appendLeaving(script, 4, 6);
    script.append("at 0.093s\nnothing\nat 0.094s\n");
    appendLeaving(script, 6, 8);
    script.append("at 0.107s\n");
    appendLeaving(script, 8, 10);
    script.append("at 0.120s\n");
    appendLeaving(script, 10, 12);
    TestEngine.inline(SimpleAgents.passing()).run(script.toString());
  }

  @Test
  @DisplayName("H-11 what came in several round trips after a gap leaves in as many")
  void pacesSeveralFlights() {
    StringBuilder script = new StringBuilder(Opening.PLAIN);
    script.append("c> . 1:1461(1460) ack 1\n>s . 1:1461(1460) ack 1\n");
    script.append("at 0.080s\ns> . 1:1(0) ack 1461\n>c . 1:1(0) ack 1461\n");
    for (int i = 2; i < 14; i++) {
      script.append(i % 3 == 2 ? "at 0." + (10 + 3 * i) + "s\n" : "");
      script.append("c> ").append(segment(i)).append(">c . 1:1(0) ack 1461\n");
    }
    script.append("at 0.5s\nc> ").append(segment(1));
    appendLeaving(script, 1, 4);
    script.append("at 0.545s\nnothing\nat 0.546s\n");
    appendLeaving(script, 4, 6);
    script.append("at 0.590s\nnothing\nat 0.591s\n");
    appendLeaving(script, 6, 8);
    script.append("at 0.635s\nnothing\nat 0.636s\n");
    appendLeaving(script, 8, 10);
    TestEngine.inline(SimpleAgents.passing()).run(script.toString());
  }

  private static void appendLeaving(StringBuilder script, int from, int to) {
    for (int i = from; i < to; i++) {
      script.append(">s ").append(segment(i));
    }
  }

  private static String segment(int index) {
    int start = 1 + 1460 * index;
    return ". " + start + ":" + (start + 1460) + "(1460) ack 1\n";
  }

  @Test
  @DisplayName("H-11 H-41 octets that leave with a bare acknowledgement have the normal hop limit")
  void releasesOctetsWithTheNormalHopLimit() {
    StringBuilder script = new StringBuilder(Opening.PLAIN);
    script.append("c> . 1:1461(1460) ack 1\n>s . 1:1461(1460) ack 1\n");
    script.append("at 0.080s\ns> . 1:1(0) ack 1461\n>c . 1:1(0) ack 1461\n");
    for (int i = 2; i < 9; i++) {
      script.append("c> ").append(segment(i)).append(">c . 1:1(0) ack 1461\n");
    }
    script.append("c> ").append(segment(1));
    appendLeaving(script, 1, 4);
    script.append("c> . 13141:13141(0) ack 1 ttl 62\n");
    script.append(">s . 5841:7301(1460) ack 1 ttl 64\n>s . 7301:8761(1460) ack 1 ttl 64\n");
    script.append("s> . 1:1(0) ack 8761\n>c . 1:1(0) ack 13141 win 61155\n");
    appendLeaving(script, 6, 8);
    script.append("s> . 1:1(0) ack 11681\n>c . 1:1(0) ack 13141 win 64075\n");
    appendLeaving(script, 8, 9);
    TestEngine.inline(SimpleAgents.passing()).run(script.toString());
  }

  @Test
  @DisplayName("H-11 H-21 octets after a filled gap may all be in flight, as their sender had them")
  void opensTheCongestionWindowForAFilledGap() {
    StringBuilder script = new StringBuilder(Opening.PLAIN);
    script.append("c> . 1:1461(1460) ack 1\n>s . 1:1461(1460) ack 1\n");
    script.append("at 0.080s\ns> . 1:1(0) ack 1461\n>c . 1:1(0) ack 1461\n");
    for (int i = 2; i < 17; i++) {
      script.append("c> ").append(segment(i)).append(">c . 1:1(0) ack 1461\n");
    }
    script.append("c> ").append(segment(1));
    appendLeaving(script, 1, 4);
    script.append("s> . 1:1(0) ack 2921\n>c . 1:1(0) ack 24821 win 43635\n");
    appendLeaving(script, 4, 6);
    script.append("at 0.150s\n");
    appendLeaving(script, 6, 17);
    TestEngine.inline(SimpleAgents.passing()).run(script.toString());
  }
}
