package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.rule.Vantage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The FIN of a connection that was picked up. */
class PickUpFinTest {
  private static final String BEFORE_A_FIN =
      """
      c> . 101:104(3) ack 50 "cat"
      >s . 101:104(3) ack 50 "dog"
      c> F. 110:110(0) ack 50
      s> . 50:50(0) ack 111
      """;

  @Test
  @DisplayName("C-67 law 11 picked up, an acknowledgement also closes a gap before a FIN")
  void closesTheGapBeforeAFin() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            BEFORE_A_FIN
                + """
                >c . 50:50(0) ack 111
                c> . 111:111(0) ack 50
                >s same
                s> F. 50:50(0) ack 111
                >c same
                c> . 111:111(0) ack 51
                >s same
                """);
  }

  @Test
  @DisplayName("C-67 law 11 picked up from a recording, the FIN after such a gap is written")
  void writesTheFinAfterAGap() {
    PickUpTest.pickingUp(Vantage.RECORDING)
        .run(
            BEFORE_A_FIN
                + """
                >c . 50:50(0) ack 110
                >s F. 110:110(0) ack 50
                s> . 50:50(0) ack 111
                >c . 50:50(0) ack 111
                """);
  }

  @Test
  @DisplayName(
      "C-67 law 11 a FIN from before the pick-up, which was lost, passes when it comes again")
  void forwardsAFinFromBeforeThePickUp() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            """
            s> . 50:53(3) ack 101 "cat"
            >c . 50:53(3) ack 101 "dog"
            c> . 102:102(0) ack 53
            >s same
            c> F. 101:101(0) ack 53
            >s same
            s> . 53:53(0) ack 102
            >c same
            """);
  }

  @Test
  @DisplayName("C-67 law 11 so does one that comes again with octets")
  void forwardsAFinWithOctetsFromBeforeThePickUp() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            """
            s> . 50:53(3) ack 98 "cat"
            >c . 50:53(3) ack 98 "dog"
            c> . 102:102(0) ack 53
            >s same
            c> F. 98:101(3) ack 53 "cat"
            >s same
            s> . 53:53(0) ack 102
            >c same
            """);
  }

  @Test
  @DisplayName("C-67 C-36 law 2 a FIN with the number of an octet that was seen does not leave")
  void forwardsNoFinAmongSeenOctets() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            """
            c> . 101:107(6) ack 50 "catcat"
            >s . 101:107(6) ack 50 "dogdog"
            c> F. 101:104(3) ack 50 "cat"
            >s . 101:104(3) ack 50 "dog"
            """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "C-67 an acknowledgement beyond a FIN lets no octets before the FIN pass uninspected")
  void believesNoAckBeyondAFin(Vantage vantage) {
    int acknowledged = vantage == Vantage.INLINE ? 101 : 104;
    PickUpTest.pickingUp(vantage)
        .run(
            """
            c> . 101:104(3) ack 50 "cat"
            >s . 101:104(3) ack 50 "dog"
            c> F. 107:107(0) ack 50
            s> . 50:50(0) ack 5000
            >c . 50:50(0) ack %d
            c> . 104:107(3) ack 50 "cat"
            >s F. 104:107(3) ack 50 "dog"
            """
                .formatted(acknowledged));
  }

  @Test
  @DisplayName("C-67 C-66 a FIN that is next closes a picked-up connection")
  void closesWithTheFinOfBothEnds() {
    Engine engine =
        PickUpTest.pickingUp(Vantage.INLINE)
            .run(
                """
                c> . 101:104(3) ack 50 "cat"
                >s . 101:104(3) ack 50 "dog"
                c> F. 104:104(0) ack 50
                >s same
                s> F. 50:50(0) ack 105
                >c same
                c> . 105:105(0) ack 51
                >s same
                """);
    List<ConnectionState> states = new ArrayList<>();
    engine.forEachConnection(connection -> states.add(connection.state()));
    assertThat(states).containsExactly(ConnectionState.CLOSING);
  }
}
