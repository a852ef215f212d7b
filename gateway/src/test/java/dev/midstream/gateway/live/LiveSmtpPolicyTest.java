package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Impairment;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the settings forbid, in octets that come one by one, over IPv4 and IPv6 at once. */
@Tag("live")
final class LiveSmtpPolicyTest {
  private static final String SETTINGS =
      """
      size-limit: 1KiB
      command-length: 512
      recipient-limit: 1
      deny-commands: [ VRFY ]
      senders: { deny: [ evil.org ] }
      recipients: { deny: [ x@example.org ] }
      relay: { local-domains: [ example.org ] }
      """;
  private static final List<String> HOSTS = List.of(Network.SERVER, Network.SERVER_6);
  private static final String MAIL = "MAIL FROM:<>\r\n";
  private static final String ENVELOPE = MAIL + "RCPT TO:<y@example.org>\r\n";

  /** So that a hold ends soon, and each octet comes after it. */
  private static final String SHORT_HOLD = "hold-time: 60ms\n";

  private static final int OCTET_MILLIS = 100;

  /** After the default hold time. */
  private static final int LATE_MILLIS = 1_100;

  /**
   * A case.
   *
   * @param ahead what the client says at once, and how many replies it gets
   * @param slowly what it says octet by octet
   * @param code of the reply to that, and after it {@code end} if the connection ends
   */
  private record Slow(String ahead, int replies, String slowly, String code) {}

  private static final String TOO_LONG = "BDAT 1025\r\n" + "x".repeat(1_025);

  private static final List<Slow> CASES =
      List.of(
          new Slow("", 0, "XCLIENT NAME=x\r\n", "502"),
          new Slow("", 0, "VRFY x\r\n", "502"),
          new Slow("", 0, "STARTTLS\r\n", "502"),
          new Slow("", 0, " NOOP\r\n", "500"),
          new Slow("", 0, "NOOP\n", "500"),
          new Slow("", 0, "RSET x\r\n", "501"),
          new Slow("NOOP " + "x".repeat(503), 0, "xxxxxx\r\n", "500"),
          new Slow("", 0, "MAIL FROM:<x@evil.org>\r\n", "550"),
          new Slow("", 0, "MAIL FROM:x@evil.org\r\n", "501"),
          new Slow("", 0, "MAIL FROM:<> SIZE=1025\r\n", "552"),
          new Slow("", 0, "MAIL FROM:<> SMTPUTF8\r\n", "555"),
          new Slow(MAIL, 1, "RCPT TO:<x@b.c>\r\n", "550"),
          new Slow(MAIL, 1, "RCPT TO:<x@example.org>\r\n", "550"),
          new Slow(MAIL, 1, "RCPT TO:<\u00e9@b.c>\r\n", "501"),
          new Slow(ENVELOPE, 2, "RCPT TO:<z@example.org>\r\n", "452"),
          new Slow(ENVELOPE, 2, "BDAT 1025 LAST\r\n", "552"),
          new Slow(ENVELOPE + TOO_LONG, 3, "BDAT 1025 LAST\r\n", "503"),
          new Slow(ENVELOPE, 2, "BDAT 1x\r\n", "501 end"),
          new Slow(ENVELOPE + "DATA\r\n", 3, "a\n.\r\n", "521 end"),
          new Slow(ENVELOPE + "DATA\r\n", 3, "a\r\n.\r.\r\n", "521 end"),
          new Slow(ENVELOPE + "DATA\r\n" + "x".repeat(1_020), 3, "xxxxx\r\n", "552 end"));

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("C-58 OWN-3 what is denied is denied too if an octet comes after each hold time")
  void slowly() throws Exception {
    Network network = Network.make(1500);
    try (SmtpSite site =
            new SmtpSite(SmtpServer.Kind.POSTFIX, network, directory, SETTINGS, SHORT_HOLD);
        ExecutorService executor = Executors.newFixedThreadPool(HOSTS.size() * CASES.size())) {
      List<Future<String>> codes = new ArrayList<>();
      for (String host : HOSTS) {
        for (Slow each : CASES) {
          SmtpDialogue client = site.greeted(host);
          String ignored = client.say(each.ahead).codes(each.replies);
          codes.add(executor.submit(() -> say(client, each, OCTET_MILLIS)));
        }
      }
      for (int i = 0; i < codes.size(); i++) {
        Slow each = CASES.get(i % CASES.size());
        assertThat(codes.get(i).get(2, TimeUnit.MINUTES)).as(each.slowly).endsWith(each.code);
      }
      assertThat(site.mailbox()).isEmpty();
      assertThat(site.reasons())
          .containsEntry("smtp.denied-command", 4L)
          .containsEntry("smtp.long-command", 2L)
          .containsEntry("smtp.recipient-limit", 2L)
          .containsEntry("smtp.bare-newline", 4L)
          .containsEntry("smtp.denied-chunk", 2L)
          .containsEntry("smtp.size-limit", 8L);
    }
  }

  @Test
  @DisplayName("C-58 OWN-3 where TLS is required mail is denied too if an octet comes every 1.1 s")
  void requiresTlsSlowly() throws Exception {
    Network network = Network.make(1500);
    try (SmtpSite site =
            new SmtpSite(SmtpServer.Kind.POSTFIX, network, directory, "starttls: require\n");
        ExecutorService executor = Executors.newFixedThreadPool(HOSTS.size())) {
      Slow slow = new Slow("", 0, MAIL, "530");
      List<Future<String>> codes = new ArrayList<>();
      for (String host : HOSTS) {
        SmtpDialogue client = site.greeted(host);
        codes.add(executor.submit(() -> say(client, slow, LATE_MILLIS)));
      }
      for (Future<String> each : codes) {
        assertThat(each.get(1, TimeUnit.MINUTES)).endsWith(" 530");
      }
      assertThat(site.reasons()).containsEntry("smtp.tls-required", 2L);
    }
  }

  /** Says it, and returns the code of the last reply; a connection that goes on answers NOOP. */
  private static String say(SmtpDialogue client, Slow each, int millis) throws Exception {
    try (client) {
      for (char octet : each.slowly.toCharArray()) {
        TimeUnit.MILLISECONDS.sleep(millis); // longer than the hold time
        client.say(String.valueOf(octet));
      }
      if (each.code.endsWith("end")) {
        return client.codesToEnd() + " end";
      }
      String codes = client.codes(1);
      boolean isChunk = each.slowly.startsWith("BDAT");
      String rest = isChunk ? "x".repeat(1_025) : "";
      assertThat(client.say(rest + "NOOP\r\n").codes(1)).isEqualTo(codes + " 250");
      return codes;
    }
  }

  @Test
  @DisplayName("C-58 OWN-3 what is edited is edited too if an octet comes after each hold time")
  void editsSlowly() throws Exception {
    String settings =
        """
        headers: { add: [ { name: X-Seen, value: "yes" } ], remove: [ To ] }
        substitute: [ { find: inner, replace: outermost } ]
        bare-newlines: normalise
        """;
    try (SmtpSite site =
            new SmtpSite(
                SmtpServer.Kind.POSTFIX, Network.make(1500), directory, settings, SHORT_HOLD);
        SmtpDialogue client = site.greeted(Network.SERVER);
        SmtpDialogue other = site.greeted(Network.SERVER_6)) {
      String before = client.say(ENVELOPE + "DATA\r\n").codes(3);
      assertThat(other.say(ENVELOPE + "DATA\r\n").codes(3)).isEqualTo(before);
      for (char octet : "To: x\r\n\r\nan inner\n.\nx\r\n.\r\n".toCharArray()) {
        TimeUnit.MILLISECONDS.sleep(OCTET_MILLIS); // longer than the hold time
        client.say(String.valueOf(octet));
        other.say(String.valueOf(octet));
      }
      assertThat(client.say("QUIT\r\n").codesToEnd()).isEqualTo(before + " 250 221");
      assertThat(other.say("QUIT\r\n").codesToEnd()).isEqualTo(before + " 250 221");
      String edited = "\n\nan outermost\n.\nx\n";
      Eventually.holds("both arrive", () -> site.mailbox().split(edited, -1).length == 3);
      assertThat(site.mailbox().split("X-Seen: yes\n", -1)).hasSize(3);
      assertThat(site.mailbox()).doesNotContain("\nTo: x");
    }
  }

  @Test
  @DisplayName("C-58 chunks arrive as they were sent over a wire that loses packets")
  void chunksAcrossGaps() throws IOException {
    Network network = Network.impaired(1500, true, new Impairment(50, 10, 10), 7);
    try (SmtpSite site =
        new SmtpSite(SmtpServer.Kind.POSTFIX, network, directory, "banner: mail")) {
      String body = "a line of a chunk, which is opaque\r\n.\r\nXCLIENT NAME=x\r\n".repeat(6_000);
      String first = body.substring(0, 200_001);
      String second = body.substring(first.length());
      String head = "Subject: chunks\r\n\r\n";
      try (SmtpDialogue client = site.greeted()) {
        String codes =
            client
                .say("MAIL FROM:<a@b.c>\r\nRCPT TO:<x@example.org>\r\n")
                .say("BDAT " + (head.length() + first.length()) + "\r\n" + head + first)
                .say("XCLIENT NAME=x\r\nBDAT " + second.length() + "\r\n" + second)
                .say("BDAT 0 LAST\r\nQUIT\r\n")
                .codesToEnd();
        assertThat(codes).isEqualTo("220 250 250 250 250 502 250 250 221");
      }
      String delivered = body.replace("\r\n", "\n");
      Eventually.holds("mail arrives", () -> site.mailbox().contains("\n\n" + delivered));
      assertThat(network.faults()).isPositive();
      assertThat(site.reasons()).containsEntry("smtp.denied-command", 1L);
    }
  }
}
