package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.BEFORE;
import static dev.midstream.agents.smtp.SmtpPlaybook.GREETING;
import static dev.midstream.agents.smtp.SmtpPlaybook.greeted;
import static dev.midstream.agents.smtp.SmtpPlaybook.inSession;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in chunks (RFC 3030). */
class SmtpChunkTest {
  private static final String ENVELOPE = "MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\n";

  @Test
  @DisplayName("C-58 BDAT is opaque, also 0 LAST, and what follows is a command")
  void passesChunks() {
    String sent =
        ENVELOPE + "BDAT 14\r\nXCLIENT a\r\n.\r\nBDAT 1 last\r\n\nBDAT 0 LAST\r\nNOOP\r\n";
    inSession("")
        .clientSends(sent)
        .clientSends("XCLIENT a\r\n")
        .serverSends("250 k\r\n250 k\r\n250 14\r\n")
        .serverSends("250 1\r\n503 no\r\n")
        .serverSends("250 noop\r\n")
        .serverSendsWhenMonitored("500 what\r\n")
        .serverGets("EHLO me\r\n" + sent)
        .clientGets(
            BEFORE
                + "250 k\r\n250 k\r\n250 14\r\n250 1\r\n503 no\r\n250 noop\r\n"
                + "502 5.5.1 Command not allowed.\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 a chunk of another size than its octets leaves the rest as a command")
  void wrongSize() {
    inSession("")
        .clientSends(ENVELOPE + "BDAT 5\r\n12345678\r\nNOOP\r\n")
        .serverSends("250 k\r\n250 k\r\n250 5\r\n")
        .serverSendsWhenMonitored("500 what\r\n")
        .serverSends("250 noop\r\n")
        .serverGets("EHLO me\r\n" + ENVELOPE + "BDAT 5\r\n12345NOOP\r\n")
        .play();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "+5",
        "5x",
        "5 LASTX",
        "5 LAST x",
        "0x5",
        "99999999999",
        "2147483648",
        "5,LAST",
        "LAST",
        "5 5"
      })
  @DisplayName("C-58 a chunk whose size is not clear is the last thing that is answered")
  void unclearSize(String argument) {
    assertThat(endsWith("BDAT " + argument + "\r\n")).startsWith("malformed-command: verb=BDAT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"BDAT 5\tLAST\r\n", "bdat\t5\r\n", "BDAT 5\n", "BDAT 5\rx\r\n", "BDATA 5\t\r\n"})
  @DisplayName("C-58 so is a line of a chunk that servers may read in different ways")
  void malformedChunk(String line) {
    assertThat(endsWith(line)).startsWith("malformed-command: verb=BDAT");
  }

  @Test
  @DisplayName("C-58 what ends after a line of a chunk that ends the session is deleted once")
  void endsWithAMalformedChunk() {
    inSession("")
        .clientSends("BDAT x\r\nNOOP")
        .serverSendsWhenMonitored("501 what\r\n")
        .clientEnds()
        .serverGets("EHLO me\r\n")
        .play();
  }

  private static List<String> endsWith(String line) {
    List<String> reports =
        inSession("")
            .clientSends(ENVELOPE)
            .clientSends(line + "VRFY x\r\nVRFY y\r\n")
            .serverSends("250 k\r\n250 k\r\n")
            .serverSendsWhenMonitored("501 what\r\n")
            .serverGets("EHLO me\r\n" + ENVELOPE)
            .play()
            .reports();
    assertThat(reports).hasSize(3).endsWith("finish: SERVER_TO_CLIENT", "finish: CLIENT_TO_SERVER");
    return reports;
  }

  @Test
  @DisplayName("C-58 chunks to a server that has not announced them are denied and deleted")
  void notAnnounced() {
    greeted("")
        .clientSends("EHLO me\r\n")
        .serverSends("250 mx\r\n")
        .clientSends("BDAT 6 LAST\r\nRSET\r\nNOOP\r\n")
        .serverSendsWhenMonitored("503 what\r\n")
        .serverSends("250 noop\r\n")
        .serverGets("EHLO me\r\nNOOP\r\n")
        .clientGets(GREETING + "250 mx\r\n502 5.5.1 Command not allowed.\r\n250 noop\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 a server that does not know a chunk has read its octets: reset")
  void unknownToServer() {
    assertThat(
            inSession("")
                .clientSends("MAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nBDAT 6\r\nRSET\r\n")
                .serverSends("250 k\r\n250 k\r\n502 what\r\n")
                .play()
                .ending())
        .contains("reset");
  }

  @Test
  @DisplayName("C-58 what follows a chunk without recipients waits for its answer")
  void failingChunkHolds() {
    inSession("")
        .clientSends("BDAT 6 LAST\r\nRSET\r\nNOOP\r\n")
        .serverHasGot("EHLO me\r\nBDAT 6 LAST\r\nRSET\r\n")
        .serverSends("503 no\r\n")
        .serverHasGot("EHLO me\r\nBDAT 6 LAST\r\nRSET\r\nNOOP\r\n")
        .serverSends("250 noop\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 what follows a chunk waits for its answer while no recipient is accepted")
  void failingChunkHoldsWithRefusedRecipients() {
    String before = "EHLO me\r\n" + ENVELOPE + "BDAT 6 LAST\r\nRSET\r\n";
    inSession("")
        .clientSends(ENVELOPE + "BDAT 6 LAST\r\nRSET\r\nNOOP\r\n")
        .serverSends("250 k\r\n550 no\r\n")
        .serverHasGot(before)
        .serverSends("503 no\r\n")
        .serverHasGot(before + "NOOP\r\n")
        .serverSends("250 noop\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 chunks follow each other at once when a recipient is accepted")
  void chunksAhead() {
    String sent = "BDAT 1\r\naBDAT 1\r\nbBDAT 1 LAST\r\nc" + ENVELOPE + "BDAT 1 LAST\r\nd";
    inSession("")
        .clientSends(ENVELOPE)
        .serverSends("250 k\r\n250 k\r\n")
        .clientSends(sent + "NOOP\r\n")
        .serverHasGot("EHLO me\r\n" + ENVELOPE + sent)
        .serverSends("250 a\r\n250 b\r\n250 c\r\n250 k\r\n550 no\r\n503 no\r\n")
        .serverHasGot("EHLO me\r\n" + ENVELOPE + sent + "NOOP\r\n")
        .serverSends("250 noop\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 in LMTP a chunk behind one that was refused is denied, so answers are counted")
  void localDeliveryAfterRefusedChunk() {
    String sent = "LHLO me\r\n" + ENVELOPE + "BDAT 1\r\nx";
    greeted("")
        .clientSends("LHLO me\r\n")
        .serverSends("250-mx\r\n250 CHUNKING\r\n")
        .clientSends(ENVELOPE + "BDAT 1\r\nxBDAT 1\r\ny")
        .serverSends("250 k\r\n250 k\r\n")
        .serverHasGot(sent)
        .serverSends("452 full\r\n")
        .serverSendsWhenMonitored("503 no\r\n")
        .serverGets(sent)
        .clientGets(
            GREETING
                + "250-mx\r\n250 CHUNKING\r\n250 k\r\n250 k\r\n452 full\r\n"
                + "503 5.5.1 An earlier chunk was not accepted.\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 after a chunk that was refused further ones are denied until RSET")
  void afterRefusedChunk() {
    inSession("")
        .clientSends(ENVELOPE + "BDAT 2\r\nab")
        .serverSends("250 k\r\n250 k\r\n452 full\r\n")
        .clientSends("BDAT 6 LAST\r\nNOOP\r\nRSET\r\n")
        .serverSendsWhenMonitored("503 no\r\n")
        .serverSends("250 reset\r\n")
        .clientSends(ENVELOPE + "BDAT 2 LAST\r\ncd")
        .serverSends("250 k\r\n250 k\r\n250 2\r\n")
        .serverGets(
            "EHLO me\r\n" + ENVELOPE + "BDAT 2\r\nabRSET\r\n" + ENVELOPE + "BDAT 2 LAST\r\ncd")
        .clientGets(
            BEFORE
                + "250 k\r\n250 k\r\n452 full\r\n503 5.5.1 An earlier chunk was not accepted.\r\n"
                + "250 reset\r\n250 k\r\n250 k\r\n250 2\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 chunks beyond the size are denied before their octets pass")
  void tooLong() {
    String data = "x".repeat(600);
    assertThat(
            inSession("size-limit: 1024")
                .clientSends(ENVELOPE + "BDAT 600\r\n" + data + "BDAT 600 LAST\r\n" + data)
                .clientSends("RSET\r\n")
                .serverSends("250 k\r\n250 k\r\n250 600\r\n")
                .serverSendsWhenMonitored("250 600\r\n")
                .serverSends("250 reset\r\n")
                .serverGets("EHLO me\r\n" + ENVELOPE + "BDAT 600\r\n" + data + "RSET\r\n")
                .clientGets(
                    BEFORE
                        + "250 k\r\n250 k\r\n250 600\r\n552 5.3.4 Message too big.\r\n"
                        + "250 reset\r\n")
                .play()
                .reports())
        .containsExactly("size-limit: verb=BDAT");
  }

  @Test
  @DisplayName("C-58 LMTP answers the last chunk once for each recipient; a denial cannot")
  void localDelivery() {
    var script =
        greeted("size-limit: 1024")
            .clientSends("LHLO me\r\n")
            .serverSends("250-mx\r\n250 CHUNKING\r\n")
            .clientSends(ENVELOPE + "RCPT TO:<g@e.f>\r\nBDAT 1 LAST\r\nxNOOP\r\n")
            .serverSends("250 k\r\n250 k\r\n250 k\r\n250 one\r\n250 two\r\n")
            .serverSends("250 noop\r\n")
            .clientSends("BDAT 9999 LAST\r\nx")
            .serverSendsWhenMonitored("250 one\r\n");
    assertThat(script.play().reports())
        .containsExactly(
            "size-limit: verb=BDAT", "finish: SERVER_TO_CLIENT", "finish: CLIENT_TO_SERVER");
  }
}
