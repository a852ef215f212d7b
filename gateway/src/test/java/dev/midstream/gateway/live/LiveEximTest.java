package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second server of mail, which lets clients log in, and one of LMTP. */
@Tag("live")
final class LiveEximTest {
  private static final String SETTINGS =
      """
      banner: mail
      starttls: pass
      relay: { local-domains: [ example.com ], authenticated: true }
      """;
  private static final String LOGIN = " --auth-user a --auth-password secret";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("C-58 clients that have logged in may relay, over IPv4, IPv6 and in TLS")
  void logsIn() throws IOException {
    try (SmtpSite site =
        new SmtpSite(SmtpServer.Kind.EXIM, Network.make(1500), directory, SETTINGS)) {
      String to = "--to x@example.org";
      assertThat(site.swaks(Network.SERVER, to)).contains("550 5.7.1 Relaying not allowed.");
      assertThat(site.swaks(Network.SERVER, to + " --auth LOGIN" + LOGIN))
          .contains("220 mail", "235 ", "250 OK id=");
      assertThat(site.swaks(Network.SERVER, to + " --pipeline --auth PLAIN" + LOGIN))
          .contains("235 ", "250 OK id=");
      curl(site, "smtp://[" + Network.SERVER_6 + "]/me", "--login-options AUTH=LOGIN");
      curl(site, "smtp://" + Network.SERVER + "/me", "--ssl-reqd -k");
      assertThat(site.swaks(Network.SERVER, to + " --auth LOGIN" + LOGIN + "x")).contains("535 ");
      Eventually.holds("all arrive", () -> site.mailbox().split("\nhello\n", -1).length == 5);
      assertThat(site.reasons())
          .containsEntry("smtp.denied-relay", 1L)
          .containsEntry("smtp.tls", 1L);
    }
  }

  private void curl(SmtpSite site, String url, String options) throws IOException {
    Path mail = Files.writeString(directory.resolve("mail.txt"), "Subject: x\r\n\r\nhello\r\n");
    String command =
        "curl -sS -g -m 60 --mail-from a@b.c --mail-rcpt x@example.org --user a:secret -T "
            + (mail + " " + options + " " + url);
    assertThat(site.network().client().output(command.split(" "))).isEmpty();
  }

  @Test
  @DisplayName("C-58 commands ahead, chunks and denials keep the order of replies")
  void chunks() throws IOException {
    try (SmtpSite site =
            new SmtpSite(SmtpServer.Kind.EXIM, Network.make(1500), directory, "starttls: strip");
        SmtpDialogue client = site.greeted()) {
      assertThat(client.text()).contains("CHUNKING").doesNotContain("STARTTLS");
      String codes =
          client
              .say("MAIL FROM:<a@b.c>\r\nXCLIENT a\r\nRCPT TO:<x@example.org>\r\n")
              .say("BDAT 14\r\nSubject: x\r\n\r\nBDAT 8\r\n.\r\nQUIT\nBDAT 0 LAST\r\n")
              .say("MAIL FROM:<a@b.c>\r\nRCPT TO:<x@other.org>\r\nBDAT 6 LAST\r\nQUIT\r\nQUIT\r\n")
              .codesToEnd();
      assertThat(codes).isEqualTo("220 250 250 502 250 250 250 250 250 550 503 221");
      Eventually.holds("mail arrives", () -> site.mailbox().contains("\n.\nQUIT\n"));
    }
  }

  @Test
  @DisplayName("C-58 LMTP answers a message once for each recipient")
  void localDelivery() throws IOException {
    String configuration =
        """
        port: { kind: afpacket, inside: in0, outside: out0 }
        rules:
          - name: mail
            match: { destination-port: 25 }
            agent: smtp
            settings: { recipients: { deny: [ z@b ] } }
        """;
    try (Network network = Network.make(1500);
        LmtpSink sink = LmtpSink.start(network.server(), "inet:25");
        BoxProcess box = Live.start(network, directory, configuration)) {
      assertThat(sink.isRunning()).isTrue();
      String message = "MAIL FROM:<>\r\nRCPT TO:<x@b>\r\nRCPT TO:<z@b>\r\nRCPT TO:<y@b>\r\n";
      try (SmtpDialogue client = SmtpDialogue.open(network.client(), Network.SERVER)) {
        client.say("LHLO me\r\n").codes(2);
        client.say(message + "DATA\r\n").codes(5);
        String codes =
            client.say("hello\r\n.\r\nXCLIENT a\r\n" + message + "RSET\r\nQUIT\r\n").codesToEnd();
        assertThat(codes)
            .isEqualTo("220 250 250 250 550 250 354 250 250 502 250 250 550 250 250 221");
      }
      assertThat(swaks(network)).contains("<-  354 ").contains("<-  221 ");
      assertThat(new Node(network.box(), box).reasons())
          .containsEntry("smtp.denied-command", 1L)
          .containsEntry("smtp.denied-recipient", 2L)
          .doesNotContainKey("smtp.unsolicited");
    }
  }

  /** What swaks says, which reads an answer for each recipient. */
  private static String swaks(Network network) throws IOException {
    String command =
        "swaks --protocol LMTP --helo me --from a@b.c --to x@b,y@b --body hello --port 25 --server ";
    return network.client().output((command + Network.SERVER).split(" "));
  }
}
