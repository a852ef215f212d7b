package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.GREETING;
import static dev.midstream.agents.ftp.FtpPlaybook.end;
import static dev.midstream.agents.ftp.FtpPlaybook.greeted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and ports in commands and replies, in all spellings. */
class FtpAddressTest {
  private static final Handler UNSEEN = new Handler.Unseen();
  private static final Endpoint CLIENT6 = end6(1, 40_000);
  private static final Endpoint SERVER6 = end6(2, 21);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "227 Entering Passive Mode (10,0,0,2,195,80).\r\n",
        "227 Entering Passive Mode 10,0,0,2,195,80\r\n",
        "227 =10,0,0,2,195,80\r\n",
        "227 (10, 0, 0, 2, 195, 80)\n",
        "227 Passive mode OK (10 ,0 ,0 ,2 ,195 ,80)\r\n"
      })
  @DisplayName("C-57 reads 227 in the spellings of servers")
  void readsPassive(String reply) {
    assertThat(reportsOf("", "PASV\r\n", reply))
        .containsExactly(expect(Direction.CLIENT_TO_SERVER, end(10, 0, 0, 2, 50_000)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "227 (10,0,0,2,195)\r\n",
        "227 (10,0,0,2,195,80,1)\r\n",
        "227 (10,0,0,2,195,800)\r\n",
        "227 (10,0,0,2,0,0)\r\n",
        "227 (10,0,0,256,195,80)\r\n",
        "227 (10,0,0,2,195,80) (10,0,0,3,195,80)\r\n",
        "227 010,0,0,2,195,80\r\n",
        "227-(10,0,0,2,195,80)\r\n227 there\r\n",
        "227\r\n",
        "228 (4,4,10,0,0,2,2,195,80)\r\n"
      })
  @DisplayName("C-57 refuses a 227 that clients may read in different ways")
  void refusesPassive(String reply) {
    List<String> reports = reportsOf("", "PASV\r\n", reply);
    assertThat(reports).hasSize(1).allMatch(each -> each.startsWith("unclear-reply"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "229 Entering Extended Passive Mode (|||50000|);50000",
        "229 ok (!!!6446!);6446",
        "229 ok (|1|10.0.0.2|6446|);6446"
      })
  @DisplayName("C-57 reads 229 in the spellings of servers")
  void readsExtendedPassive(String reply, int port) {
    assertThat(reportsOf("", "EPSV\r\n", reply + "\r\n"))
        .containsExactly(expect(Direction.CLIENT_TO_SERVER, end(10, 0, 0, 2, port)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "229 ok (|||0|)",
        "229 ok (|||70000|)",
        "229 ok (||6446|)",
        "229 ok |||6446|",
        "229 ok (|||6446|) (|||6447|)",
        "229 ok (|!|6446|)",
        "229 ok (|||6446!)"
      })
  @DisplayName("C-57 refuses a 229 that clients may read in different ways")
  void refusesExtendedPassive(String reply) {
    List<String> reports = reportsOf("", "EPSV\r\n", reply + "\r\n");
    assertThat(reports).hasSize(1).allMatch(each -> each.startsWith("unclear-reply"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PORT 10,0,0,1,195,80\r\n",
        "port  10,0,0,1,195,80 \r\n",
        "EPRT |1|10.0.0.1|50000|\r\n",
        "EPRT !1!10.0.0.1!50000!\r\n",
        "LPRT 4,4,10,0,0,1,2,195,80\r\n"
      })
  @DisplayName("C-57 reads PORT, EPRT and LPRT, and expects the server there once it agrees")
  void readsActive(String command) {
    assertThat(
            greeted("")
                .clientSends(command)
                .serverSends("200 fine\r\n")
                .serverGets(command)
                .play()
                .reports())
        .containsExactly(expect(Direction.SERVER_TO_CLIENT, end(10, 0, 0, 1, 50_000)));
    assertThat(greeted("").clientSends(command).serverSends("500 no\r\n").play().reports())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PORT\r\n",
        "PORT hello\r\n",
        "PORT 10,0,0,1,195\r\n",
        "PORT 10,0,0,1,195,80,1\r\n",
        "PORT 10,0,0,1,195,080\r\n",
        "PORT 10,0,0,1,0,0\r\n",
        "EPRT |1|10.0.0.1|50000\r\n",
        "EPRT |1|localhost|50000|\r\n",
        "EPRT ||10.0.0.1|50000|\r\n",
        "EPRT |3|10.0.0.1|50000|\r\n",
        "EPRT |1|10.0.0.1|0|\r\n",
        "LPRT 4,4,10,0,0,1,195,80\r\n",
        "LPRT 6,4,10,0,0,1,2,195,80\r\n"
      })
  @DisplayName("C-57 denies a PORT that servers may read in different ways")
  void deniesActive(String command) {
    greeted("")
        .clientSends(command)
        .serverSendsWhenMonitored("501 what\r\n")
        .serverGets("")
        .clientGets(GREETING + "501 Syntax error in parameters.\r\n")
        .play();
  }

  @Test
  @DisplayName("C-57 IPv6 uses EPRT and EPSV")
  void ipv6() {
    assertThat(
            greeted("")
                .opening(Opening.of(CLIENT6, SERVER6))
                .clientSends("EPRT |2|2001:db8::1|50000|\r\n")
                .serverSends("200 fine\r\n")
                .clientSends("EPSV\r\n")
                .serverSends("229 ok (|||6446|)\r\n")
                .serverGets("EPRT |2|2001:db8::1|50000|\r\nEPSV\r\n")
                .play()
                .reports())
        .containsExactly(
            expect(Direction.SERVER_TO_CLIENT, end6(1, 50_000)),
            "un" + expect(Direction.SERVER_TO_CLIENT, end6(1, 50_000)),
            expect(Direction.CLIENT_TO_SERVER, end6(2, 6_446)));
  }

  @Test
  @DisplayName("OWN-3 a foreign address is denied, or rewritten by setting")
  void foreignAddress() {
    assertThat(reportsOf("", "PASV\r\n", "227 (10,0,0,9,195,80)\r\n"))
        .containsExactly("denied-address: in a reply to PASV");
    greeted("foreign-address: rewrite")
        .clientSends("PASV\r\n")
        .serverSends("227 (192,168,100,200,195,80)\r\n")
        .clientSends("PORT 10,0,0,9,195,80\r\n")
        .serverSends("200 fine\r\n")
        .serverGets("PASV\r\nPORT 10,0,0,1,195,80\r\n")
        .clientGets(GREETING + "227 (10,0,0,2,195,80)\r\n200 fine\r\n")
        .play();
  }

  @Test
  @DisplayName("OWN-3 ports that are not allowed are denied")
  void ports() {
    assertThat(reportsOf("", "PASV\r\n", "227 (10,0,0,2,0,22)\r\n"))
        .containsExactly("denied-port: in a reply to PASV port=22");
    for (String command : new String[] {"PORT 10,0,0,1,3,255", "EPRT |1|10.0.0.1|1023|"}) {
      greeted("")
          .clientSends(command + "\r\n")
          .serverSendsWhenMonitored("500 no\r\n")
          .clientGets(GREETING + "500 Illegal port.\r\n")
          .play();
      greeted("low-ports: true").clientSends(command + "\r\n").serverGets(command + "\r\n").play();
    }
    assertThat(reportsOf("passive-ports: 50001-50100", "EPSV\r\n", "229 (|||50000|)\r\n"))
        .containsExactly("denied-port: in a reply to EPSV port=50000");
    assertThat(reportsOf("low-ports: true", "PASV\r\n", "227 (10,0,0,2,0,22)\r\n"))
        .containsExactly(expect(Direction.CLIENT_TO_SERVER, end(10, 0, 0, 2, 22)));
  }

  @Test
  @DisplayName("C-57 after EPSV ALL no other command opens data connections (RFC 2428)")
  void onlyExtendedPassive() {
    greeted("")
        .clientSends("EPSV ALL\r\n")
        .serverSends("200 fine\r\n")
        .clientSends("PASV\r\nPORT 10,0,0,1,195,80\r\nEPSV\r\n")
        .serverSendsWhenMonitored("500 no\r\n500 no\r\n")
        .serverSends("229 (|||6446|)\r\n")
        .serverGets("EPSV ALL\r\nEPSV\r\n")
        .clientGets(
            GREETING
                + "200 fine\r\n"
                + "502 Command not allowed.\r\n".repeat(2)
                + "229 (|||6446|)\r\n")
        .play();
  }

  @Test
  @DisplayName("C-57 nor in the same flight as EPSV ALL, whatever is answered before it")
  void onlyExtendedPassiveBeforeItsAnswer() {
    greeted("")
        .clientSends("REIN\r\nEPSV all\r\n")
        .serverSends("220 again\r\n")
        .clientSends("PASV\r\nPORT 10,0,0,1,195,80\r\nEPSV\r\n")
        .serverSends("200 fine\r\n")
        .serverSendsWhenMonitored("500 no\r\n500 no\r\n")
        .serverSends("229 (|||6446|)\r\n")
        .serverGets("REIN\r\nEPSV all\r\nEPSV\r\n")
        .clientGets(
            GREETING
                + "220 again\r\n200 fine\r\n"
                + "502 Command not allowed.\r\n".repeat(2)
                + "229 (|||6446|)\r\n")
        .play();
  }

  @Test
  @DisplayName("C-57 a server that refuses EPSV ALL may be asked for PASV afterwards")
  void refusedOnlyExtendedPassive() {
    greeted("")
        .clientSends("EPSV ALL\r\n")
        .serverSends("522 unknown\r\n")
        .clientSends("PASV\r\n")
        .serverSends("227 (10,0,0,2,195,80)\r\n")
        .serverGets("EPSV ALL\r\nPASV\r\n")
        .clientGets(GREETING + "522 unknown\r\n227 (10,0,0,2,195,80)\r\n")
        .play();
  }

  @Test
  @DisplayName("HSI-6 a newer command or a refusal withdraws what was expected")
  void withdraws() {
    String first = expect(Direction.CLIENT_TO_SERVER, end(10, 0, 0, 2, 6_446));
    String second = expect(Direction.CLIENT_TO_SERVER, end(10, 0, 0, 2, 6_447));
    assertThat(
            greeted("")
                .clientSends("EPSV\r\nEPSV\r\nPASV\r\n")
                .serverSends("229 (|||6446|)\r\n229 (|||6447|)\r\n425 no\r\n")
                .play()
                .reports())
        .containsExactly(first, "un" + first, second, "un" + second);
  }

  @Test
  @DisplayName("OWN-3 nothing is expected if data connections need no announcement")
  void announcesNothing() {
    assertThat(reportsOf("data-connections: any", "EPSV\r\n", "229 (|||6446|)\r\n")).isEmpty();
  }

  private static List<String> reportsOf(String settings, String command, String reply) {
    return greeted(settings)
        .clientSends(command)
        .serverSends(reply)
        .clientSends("NOOP\r\n")
        .serverSends("200 fine\r\n")
        .serverGets(command + "NOOP\r\n")
        .play()
        .reports();
  }

  private static String expect(Direction opener, Endpoint to) {
    return "expect: " + Expectation.of(opener, to, UNSEEN);
  }

  private static Endpoint end6(int last, int port) {
    byte[] address = new byte[16];
    address[0] = 0x20;
    address[1] = 0x01;
    address[2] = 0x0d;
    address[3] = (byte) 0xb8;
    address[15] = (byte) last;
    return new Endpoint(Octets.of(address), port);
  }
}
