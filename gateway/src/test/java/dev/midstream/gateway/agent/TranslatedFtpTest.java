package dev.midstream.gateway.agent;

import dev.midstream.testkit.notation.Ends;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Addresses in PORT and 227 agree with those in the headers, however the commands are cut, ordered
 * and repeated. The script checks every field of every header, on both sides of a translator.
 */
class TranslatedFtpTest {
  /** The client has 10.0.0.1, and the server sees 10.0.200.1. */
  private static final Ends LONGER = Ends.IPV4.withPorts(40_000, 21);

  private static final int LONG_NETWORK = 200;

  /** The client has 10.0.200.1, and the server sees 10.0.0.1. */
  private static final Ends SHORTER = LONGER.withNetwork(LONG_NETWORK);

  private static final String GREETED =
      """
      c> S 0:0(0) win 65535 <mss 1460,sackOK>
      >s S 0:0(0) win 65535 <mss 1460,sackOK>
      s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>
      >c S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>
      c> . 1:1(0) ack 1
      >s . 1:1(0) ack 1
      s> P. 1:12(11) ack 1 "220 ready\\r\\n"
      >c P. 1:12(11) ack 1 "220 ready\\r\\n"
      c> . 1:1(0) ack 12
      >s . 1:1(0) ack 12
      """;

  @Test
  @DisplayName("C-57 HDP-10 PORT in two segments leaves in one, with the address of its header")
  void splitCommand() {
    play(
        LONGER,
        """
            c> P. 1:12(11) ack 12 "PORT 10,0,0"
            c> P. 12:23(11) ack 12 ",1,195,80\\r\\n"
            >s P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            s> . 12:12(0) ack 25
            >c . 12:12(0) ack 23
            s> P. 12:18(6) ack 25 "200 a\\r"
            s> P. 18:19(1) ack 25 "\\n"
            >c P. 12:19(7) ack 23 "200 a\\r\\n"
            c> . 23:23(0) ack 19
            >s . 25:25(0) ack 19
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 two PORTs in one segment")
  void twoCommands() {
    play(
        LONGER,
        """
            c> P. 1:45(44) ack 12 "PORT 10,0,0,1,195,80\\r\\nPORT 10,0,0,1,195,81\\r\\n"
            >s P. 1:49(48) ack 12 "PORT 10,0,200,1,195,80\\r\\nPORT 10,0,200,1,195,81\\r\\n"
            s> . 12:12(0) ack 49
            >c . 12:12(0) ack 45
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 PORT between other commands, with half of one behind it")
  void pipelinedCommand() {
    play(
        LONGER,
        """
            c> P. 1:38(37) ack 12 "NOOP\\r\\nPORT 10,0,0,1,195,80\\r\\nRETR x\\r\\nQ"
            >s P. 1:39(38) ack 12 "NOOP\\r\\nPORT 10,0,200,1,195,80\\r\\nRETR x\\r\\n"
            c> P. 38:42(4) ack 12 "UIT\\r"
            c> P. 42:43(1) ack 12 "\\n"
            >s P. 39:45(6) ack 12 "QUIT\\r\\n"
            s> . 12:12(0) ack 45
            >c . 12:12(0) ack 43
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 PORT is sent again, before and after it was acknowledged")
  void repeatedCommand() {
    play(
        LONGER,
        """
            c> P. 1:23(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            >s P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            c> P. 1:23(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            >s P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            s> . 12:12(0) ack 25
            >c . 12:12(0) ack 23
            c> P. 1:23(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            >c . 12:12(0) ack 23 <sack 1:23>
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 PORT is sent again with another cut, together with what follows")
  void repeatedWithAnotherCut() {
    play(
        LONGER,
        """
            c> P. 1:23(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            >s P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            c> P. 1:7(6) ack 12 "PORT 1"
            >s P. 1:23(22) ack 12 "PORT 10,0,200,1,195,80"
            c> P. 7:29(22) ack 12 "0,0,0,1,195,80\\r\\nNOOP\\r\\n"
            >s P. 6:31(25) ack 12 "10,0,200,1,195,80\\r\\nNOOP\\r\\n"
            s> . 12:12(0) ack 31
            >c . 12:12(0) ack 29
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 the second half of PORT comes first")
  void reorderedCommand() {
    play(
        LONGER,
        """
            c> P. 12:23(11) ack 12 ",1,195,80\\r\\n"
            >c . 12:12(0) ack 1 <sack 12:23>
            c> P. 1:12(11) ack 12 "PORT 10,0,0"
            >s P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            s> . 12:12(0) ack 25
            >c . 12:12(0) ack 23
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 the octets behind a lost PORT are reported by SACK")
  void lostCommand() {
    play(
        LONGER,
        """
            c> P. 1:7(6) ack 12 "NOOP\\r\\n"
            >s P. 1:7(6) ack 12 "NOOP\\r\\n"
            c> P. 7:29(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            >s P. 7:31(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            c> P. 29:35(6) ack 12 "NOOP\\r\\n"
            >s P. 31:37(6) ack 12 "NOOP\\r\\n"
            s> . 12:12(0) ack 7 <sack 31:37>
            >c . 12:12(0) ack 7 win 65533 <sack 29:35>
            s> . 12:12(0) ack 7 <sack 20:37>
            >c . 12:12(0) ack 7 win 65533 <sack 27:35>
            c> P. 7:29(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            >s P. 7:31(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            s> . 12:12(0) ack 37
            >c . 12:12(0) ack 35
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 several PORTs are in flight")
  void severalInFlight() {
    play(
        LONGER,
        """
            c> P. 1:23(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            >s P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            c> P. 23:45(22) ack 12 "PORT 10,0,0,1,195,81\\r\\n"
            >s P. 25:49(24) ack 12 "PORT 10,0,200,1,195,81\\r\\n"
            c> P. 45:51(6) ack 12 "NOOP\\r\\n"
            >s P. 49:55(6) ack 12 "NOOP\\r\\n"
            c> P. 51:73(22) ack 12 "PORT 10,0,0,1,195,82\\r\\n"
            >s P. 55:79(24) ack 12 "PORT 10,0,200,1,195,82\\r\\n"
            s> . 12:12(0) ack 25
            >c . 12:12(0) ack 23 win 65531
            s> . 12:12(0) ack 49
            >c . 12:12(0) ack 45 win 65533
            s> P. 12:20(8) ack 79 "200 ok\\r\\n"
            >c P. 12:20(8) ack 73 "200 ok\\r\\n"
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 acknowledgements end inside the address of PORT")
  void acknowledgedInPart() {
    play(
        LONGER,
        """
            c> P. 1:23(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            >s P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            s> . 12:12(0) ack 10
            >c . 12:12(0) ack 6
            s> . 12:12(0) ack 18
            s> . 12:12(0) ack 24
            >c . 12:12(0) ack 22
            s> . 12:12(0) ack 25
            >c . 12:12(0) ack 23
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 PORT ends with the FIN of the client")
  void lastCommand() {
    play(
        LONGER,
        """
            c> FP. 1:23(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            >s FP. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            s> . 12:12(0) ack 26
            >c . 12:12(0) ack 24
            s> FP. 12:20(8) ack 26 "200 ok\\r\\n"
            >c FP. 12:20(8) ack 24 "200 ok\\r\\n"
            c> . 24:24(0) ack 21
            >s . 26:26(0) ack 21
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 a 227 of two segments and a PORT change both directions")
  void bothDirections() {
    play(
        LONGER,
        """
            c> P. 1:7(6) ack 12 "PASV\\r\\n"
            >s P. 1:7(6) ack 12 "PASV\\r\\n"
            s> P. 12:30(18) ack 7 "227 (10,0,200,2,19"
            >c . 12:12(0) ack 7
            s> P. 30:38(8) ack 7 "5,80) \\r\\n"
            >c P. 12:36(24) ack 7 "227 (10,0,0,2,195,80) \\r\\n"
            c> . 7:7(0) ack 36
            >s . 7:7(0) ack 38
            c> P. 7:29(22) ack 36 "PORT 10,0,0,1,195,80\\r\\n"
            >s P. 7:31(24) ack 38 "PORT 10,0,200,1,195,80\\r\\n"
            s> . 38:38(0) ack 31
            >c . 36:36(0) ack 29
            s> P. 38:46(8) ack 31 "200 ok\\r\\n"
            >c P. 36:44(8) ack 29 "200 ok\\r\\n"
            c> . 29:29(0) ack 44
            >s . 31:31(0) ack 46
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 PORT becomes shorter, and more than once")
  void shorterCommands() {
    play(
        SHORTER,
        """
            c> P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            >s P. 1:23(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            c> P. 25:49(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            >s P. 23:45(22) ack 12 "PORT 10,0,0,1,195,80\\r\\n"
            s> . 12:12(0) ack 23
            >c . 12:12(0) ack 25
            s> . 12:12(0) ack 45
            >c . 12:12(0) ack 49
            s> P. 12:30(18) ack 45 "200 a\\r\\n200 bbbbb\\r\\n"
            >c P. 12:30(18) ack 49 "200 a\\r\\n200 bbbbb\\r\\n"
            c> P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            >c . 30:30(0) ack 49 <sack 1:25>
            c> P. 49:55(6) ack 30 "NOOP\\r\\n"
            >s P. 45:51(6) ack 30 "NOOP\\r\\n"
        """);
  }

  @Test
  @DisplayName("C-57 HDP-10 PORT comes octet by octet")
  void octetByOctet() {
    StringBuilder script = new StringBuilder();
    String command = "PORT 10,0,0,1,195,80";
    for (int i = 0; i < command.length(); i++) {
      String octet = command.substring(i, i + 1);
      script.append("c> . %d:%d(1) ack 12 \"%s\"\n".formatted(i + 1, i + 2, octet));
    }
    play(
        LONGER,
        script
            + """
            c> P. 21:23(2) ack 12 "\\r\\n"
            >s P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
            s> . 12:12(0) ack 25
            >c . 12:12(0) ack 23
            """);
  }

  @Test
  @DisplayName("C-57 HDP-10 sequence numbers wrap at each octet of PORT and of its reply")
  void wrappingNumbers() {
    for (int octets = 0; octets <= 24; octets++) {
      play(
          LONGER.withIsns(-1 - octets, -12 - octets),
          """
          c> P. 1:12(11) ack 12 "PORT 10,0,0"
          c> P. 12:23(11) ack 12 ",1,195,80\\r\\n"
          >s P. 1:25(24) ack 12 "PORT 10,0,200,1,195,80\\r\\n"
          s> P. 12:20(8) ack 25 "200 ok\\r\\n"
          >c P. 12:20(8) ack 23 "200 ok\\r\\n"
          c> . 23:23(0) ack 20
          >s . 25:25(0) ack 20
          c> P. 1:23(22) ack 20 "PORT 10,0,0,1,195,80\\r\\n"
          >c . 20:20(0) ack 23 <sack 1:23>
          c> P. 23:29(6) ack 20 "PASV\\r\\n"
          >s P. 25:31(6) ack 20 "PASV\\r\\n"
          """);
    }
  }

  private static void play(Ends ends, String script) {
    int other = ends.network() == 0 ? LONG_NETWORK : 0;
    TranslatedFtp.script(ends, ends.withNetwork(other)).run(GREETED + script);
  }
}
