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
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses in commands and replies where they are translated: each end reads the one it knows. */
class FtpTranslationTest {
  private static final Opening IPV4 =
      opening(
          end(192, 168, 0, 5, 40_000),
          end(203, 0, 113, 1, 21),
          end(198, 51, 100, 7, 40_000),
          end(10, 9, 9, 9, 21));
  private static final Opening IPV6 =
      opening(end6("fd00", 40_000), end6("2001", 21), end6("2002", 40_000), end6("fd01", 21));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "PORT 192,168,0,5,195,80; PORT 198,51,100,7,195,80",
        "eprt |1|192.168.0.5|50000|; eprt |1|198.51.100.7|50000|",
        "EPRT !1!192.168.0.5!50000!; EPRT |1|198.51.100.7|50000|",
        "LPRT 4,4,192,168,0,5,2,195,80; LPRT 4,4,198,51,100,7,2,195,80"
      })
  @DisplayName("HDP-10 every command with an address has the one that the server knows")
  void rewritesCommands(String sent, String received) {
    assertThat(
            greeted("")
                .opening(IPV4)
                .clientSends(sent + "\r\n")
                .serverSends("200 fine\r\n")
                .serverGets(received + "\r\n")
                .play()
                .reports())
        .endsWith(expect(Direction.SERVER_TO_CLIENT, end(198, 51, 100, 7, 50_000)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "EPRT |2|fd00::1|50000|; EPRT |2|2002::1|50000|",
        "LPRT 6,16,253,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,195,80;"
            + " LPRT 6,16,32,2,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,195,80"
      })
  @DisplayName("HDP-10 over IPv6 too")
  void rewritesCommandsOfIpv6(String sent, String received) {
    assertThat(
            greeted("")
                .opening(IPV6)
                .clientSends(sent + "\r\n")
                .serverSends("200 fine\r\n")
                .serverGets(received + "\r\n")
                .play()
                .reports())
        .endsWith(expect(Direction.SERVER_TO_CLIENT, end6("2002", 50_000)));
  }

  @Test
  @DisplayName("HDP-10 229 without an address passes, and is expected where the client connects")
  void passesExtendedReply() {
    assertThat(
            greeted("")
                .opening(IPV6)
                .clientSends("EPSV\r\n")
                .serverSends("229 ok (|||6446|)\r\n")
                .clientGets(GREETING + "229 ok (|||6446|)\r\n")
                .play()
                .reports())
        .containsExactly(expect(Direction.CLIENT_TO_SERVER, end6("2001", 6_446)));
  }

  @Test
  @DisplayName("HDP-10 229 with an address that the client does not know is refused")
  void refusesExtendedReply() {
    assertThat(
            greeted("")
                .opening(IPV4)
                .clientSends("EPSV\r\n")
                .serverSends("229 ok (|1|10.9.9.9|6446|)\r\n")
                .clientGets(GREETING + "502 Data connection not allowed.\r\n")
                .play()
                .reports())
        .containsExactly("denied-address: in a reply to EPSV");
  }

  private static Opening opening(
      Endpoint client, Endpoint server, Endpoint clientAtServer, Endpoint serverAtServer) {
    return new Opening(
        client, server, clientAtServer, serverAtServer, Opening.Start.WHOLE, true, Octets.empty());
  }

  /** The address {@code first::1}. */
  private static Endpoint end6(String first, int port) {
    return new Endpoint(Octets.of(HexFormat.of().parseHex(first + "0".repeat(26) + "01")), port);
  }

  private static String expect(Direction opener, Endpoint to) {
    return "expect: " + Expectation.of(opener, to, new Handler.Unseen());
  }
}
