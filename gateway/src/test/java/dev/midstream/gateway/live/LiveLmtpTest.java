package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server of LMTP with the agent before it. */
@Tag("live")
final class LiveLmtpTest {
  private static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      rules:
        - name: mail
          match: { destination-port: 25 }
          agent: smtp
          settings: { recipients: { deny: [ z@b ] }, banner: mail, hide-extensions: [ 8BITMIME ] }
      """;
  private static final String ENVELOPE =
      "MAIL FROM:<a@b>\r\nRCPT TO:<x@b>\r\nRCPT TO:<z@b>\r\nRCPT TO:<y@b>\r\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
    LmtpServer.assumeInstalled();
  }

  @Test
  @DisplayName("C-58 texts and chunks are answered once for each recipient, over IPv4 and IPv6")
  void delivers() throws IOException {
    FtpServer.share(directory);
    try (Network network = Network.make(1500);
        LmtpServer server = LmtpServer.start(network.server(), directory);
        BoxProcess box = Live.start(network, directory, CONFIGURATION)) {
      deliverTwice(network, Network.SERVER);
      deliverTwice(network, Network.SERVER_6);
      Eventually.holds("each of four mails arrives twice", () -> server.mails().size() == 8);
      assertThat(server.mails().stream().filter(mail -> mail.endsWith("\nhi\nRSET\n"))).hasSize(4);
      assertThat(server.mails().stream().filter(mail -> mail.endsWith("\n.dot\n"))).hasSize(4);
      assertThat(swaks(network, Network.SERVER)).contains("<-  220 mail", "<-  354 ", "<-  221 ");
      assertThat(swaks(network, Network.SERVER_6)).contains("<-  220 mail", "<-  354 ", "<-  221 ");
      assertThat(new Node(network.box(), box).reasons())
          .containsEntry("smtp.denied-recipient", 4L)
          .containsEntry("smtp.denied-command", 2L)
          .doesNotContainKey("smtp.unsolicited");
    }
  }

  /** One mail in chunks and one as a text, with denials between their replies. */
  private static void deliverTwice(Network network, String host) throws IOException {
    try (SmtpDialogue client = SmtpDialogue.open(network.client(), host)) {
      client.say("LHLO me\r\n").codes(2);
      assertThat(client.text()).startsWith("220 mail\r\n").contains("CHUNKING");
      assertThat(client.text()).doesNotContain("8BITMIME");
      client.say(ENVELOPE + "BDAT 14\r\nSubject: x\r\n\r\nBDAT 10 LAST\r\nhi\r\nRSET\r\n");
      client.say("XCLIENT a\r\n" + ENVELOPE + "DATA\r\n").codes(13);
      String codes = client.say("Subject: y\r\n\r\n..dot\r\n.\r\nQUIT\r\n").codesToEnd();
      assertThat(codes)
          .isEqualTo("220 250 250 250 550 250 250 250 250 502 250 250 550 250 354 250 250 221");
    }
  }

  /** What swaks says, which reads an answer for each recipient. */
  private static String swaks(Network network, String host) throws IOException {
    String command =
        "swaks --protocol LMTP --helo me --from a@b --to x@b,y@b --body hello --port 25 --server ";
    return network.client().output((command + host).split(" "));
  }
}
