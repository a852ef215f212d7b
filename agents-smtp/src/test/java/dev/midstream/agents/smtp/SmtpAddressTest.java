package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.BEFORE;
import static dev.midstream.agents.smtp.SmtpPlaybook.inSession;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Senders and recipients. */
class SmtpAddressTest {
  private static AgentPlaybook passes(String settings, String command) {
    return inSession(settings)
        .clientSends(command + "\r\n")
        .serverSends("250 k\r\n")
        .serverGets("EHLO me\r\n" + command + "\r\n")
        .clientGets(BEFORE + "250 k\r\n");
  }

  private static AgentPlaybook denies(String settings, String command, String reply) {
    return inSession(settings)
        .clientSends(command + "\r\n")
        .serverSendsWhenMonitored("250 k\r\n")
        .serverGets("EHLO me\r\n")
        .clientGets(BEFORE + reply + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MAIL FROM:<a@b.c>",
        "MAIL FROM:<>",
        "mail from: <a@b.c>",
        "MAIL FROM:<a@[192.0.2.1]>",
        "MAIL FROM:<a@[IPv6:2001:db8::1]>",
        "MAIL FROM:<\"a.b\"@c.d>",
        "MAIL FROM:<a@b> SIZE=5",
        "MAIL FROM:<a@b> SIZE=5 BODY=8BITMIME RET=HDRS ENVID=x+20y",
        "MAIL FROM:<a@b> ",
        "MAIL FROM:<a+b=c@d-e.f> X-NEW=1",
        "RCPT TO:<Postmaster>",
        "RCPT TO:<!#$%&'*+/=?^_`{|}~@b>",
        "RCPT TO:<a@b> NOTIFY=NEVER ORCPT=rfc822;a+40b"
      })
  @DisplayName("C-58 addresses that every server reads in the same way pass")
  void passesClearAddresses(String command) {
    assertThat(passes("", command).play().reports()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MAIL FROM:a@b.c",
        "MAIL FROM:<a@b.c",
        "MAIL FROM:a@b.c>",
        "MAIL FROM <a@b.c>",
        "MAIL",
        "MAIL FROM:",
        "MAIL FROM:<@x,@y:a@b.c>",
        "MAIL FROM:<@x:a@b.c>",
        "MAIL FROM:<\"a b\"@c.d>",
        "MAIL FROM:<\"a@b\"@c.d>",
        "MAIL FROM:<\"a>b\"@c.d>",
        "MAIL FROM:<\"a\\\"b\"@c.d>",
        "MAIL FROM:<a@b@c.d>",
        "MAIL FROM:<a@b.c.>",
        "MAIL FROM:<a@.b>",
        "MAIL FROM:<a..b@c>",
        "MAIL FROM:<.a@c>",
        "MAIL FROM:<a.@c>",
        "MAIL FROM:<a@b_c.d>",
        "MAIL FROM:<a@-b.c>",
        "MAIL FROM:<a b@c.d>",
        "MAIL FROM:<a>",
        "MAIL FROM:<a(x)@b.c>",
        "MAIL FROM:<a@b.c>SIZE=5",
        "MAIL FROM:<a@[1.2.3]>",
        "MAIL FROM:<a@[01.2.3.4]>",
        "MAIL FROM:<a@[IPv6:::1::2]>",
        "MAIL FROM:<a@b,c@d>",
        "MAIL FROM:<a,b@c>",
        "MAIL FROM:<<a@b.c>>",
        "MAIL FROM:<\"\"@b.c>",
        "MAIL FROM:<postmaster>",
        "MAIL TO:<a@b.c>",
        "RCPT FROM:<a@b.c>",
        "RCPT TO:<>",
        "RCPT TO:a@b.c",
        "RCPT TO:<a@b.c>,<d@e.f>",
        "RCPT TO:<a@b.c><d@e.f>",
        "RCPT TO:\"x\" <a@b>",
        "RCPT TO:<user@>",
        "RCPT TO:<@b.c>",
        "RCPT TO:<a@b.c:d@e.f>",
        "RCPT TO:<a\\@b@c>"
      })
  @DisplayName("C-58 an address that is not clear is answered with 501")
  void deniesUnclearAddresses(String command) {
    boolean isSender = command.startsWith("MAIL");
    String reply = "501 5.1." + (isSender ? 7 : 3) + " Bad address syntax.";
    assertThat(denies("", command, reply).play().reports())
        .containsExactly("unclear-address: verb=" + command.substring(0, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "MAIL FROM:<a@b> SIZE=5 SIZE=6, 501 5.1.7",
    "MAIL FROM:<a@b> SIZE=x, 501",
    "MAIL FROM:<a@b> SIZE=-1, 501",
    "MAIL FROM:<a@b> =5, 501",
    "MAIL FROM:<a@b> A==5, 501",
    "MAIL FROM:<a@b> junk?, 501",
    "MAIL FROM:<a@b> SMTPUTF8, 555",
    "MAIL FROM:<a@b> SIZE=99999, 552",
    "MAIL FROM:<a@b> AUTH=<>, 555",
    "MAIL FROM:<a@b> BODY=binarymime, 555",
    "RCPT TO:<a@b> ORCPT=a ORCPT=b, 501"
  })
  @DisplayName("C-58 parameters that are not clear, or that belong to what is left out")
  void deniesParameters(String command, String code) {
    String settings = "size-limit: 10KiB, deny-commands: AUTH|BDAT";
    String answer =
        switch (code) {
          case "552" -> "552 5.3.4 Message too big.";
          case "555" -> "555 5.5.4 Parameter not allowed.";
          default -> "501 5.5.4 Syntax error in parameters.";
        };
    inSession(settings)
        .clientSends(command + "\r\n")
        .serverSendsWhenMonitored("250 k\r\n")
        .serverGets("EHLO me\r\n")
        .clientGets(BEFORE.replace("250-CHUNKING\r\n", "") + answer + "\r\n")
        .play();
  }

  @Test
  @DisplayName(
      "C-58 SMTPUTF8 is denied unless it is allowed, and domains that rules compare always")
  void utf8() {
    String address = "MAIL FROM:<j\u00fcrgen@b.c>";
    denies("", address, "553 5.6.7 Only ASCII addresses are allowed.").play();
    passes("smtputf8: true", address + " SMTPUTF8").play();
    passes("smtputf8: true", "RCPT TO:<a@b\u00fccher.d>").play();
    denies(
            "smtputf8: true, senders.deny: x.y",
            "MAIL FROM:<a@b\u00fccher.d>",
            "553 5.6.7 Only ASCII addresses are allowed.")
        .play();
    inSession("smtputf8: true")
        .sends(
            dev.midstream.agent.Direction.CLIENT_TO_SERVER,
            Octets.ofLatin1("MAIL FROM:<\u00ff@b.c>\r\n"))
        .serverSendsWhenMonitored("250 k\r\n")
        .clientGets(BEFORE + "501 5.1.7 Bad address syntax.\r\n")
        .play();
  }

  @ParameterizedTest
  @CsvSource({
    "<a@good.org>, true",
    "<A@GOOD.org>, true",
    "<\"A\"@good.org>, true",
    "<bad@good.org>, false",
    "<\"bad\"@GOOD.org>, false",
    "<a@x.good.org>, false",
    "<a@deep.sub.org>, true",
    "<a@sub.org>, false",
    "<a@other.org>, false",
    "<one@other.org>, true",
    "<>, false"
  })
  @DisplayName("C-58 senders by address, domain and domains below")
  void senders(String path, boolean isAllowed) {
    String settings = "senders.allow: good.org|.sub.org|one@other.org, senders.deny: bad@good.org";
    String command = "MAIL FROM:" + path;
    if (isAllowed) {
      passes(settings, command).play();
    } else {
      denies(settings, command, "550 5.7.1 Sender not allowed.").play();
    }
  }

  @Test
  @DisplayName("C-58 recipients and the null sender")
  void recipients() {
    passes("senders.allow: <>", "MAIL FROM:<>").play();
    denies("recipients.deny: .org", "RCPT TO:<a@b.org>", "550 5.7.1 Recipient not allowed.").play();
    passes("recipients.deny: .org", "RCPT TO:<a@b.com>").play();
  }

  @ParameterizedTest
  @CsvSource({
    "<a@local.org>, true",
    "<postmaster>, true",
    "<a@sub.net>, false",
    "<a@x.sub.net>, true",
    "<a@[10.0.0.2]>, false",
    "<a%other.com@local.org>, false",
    "<other.com!a@local.org>, false",
    "<a@other.com>, false",
    "<a@local.org.evil.com>, false",
    "<a@evillocal.org>, false"
  })
  @DisplayName("C-58 strangers may name local recipients only, without routes in them")
  void relay(String path, boolean isAllowed) {
    String settings = "relay.local-domains: local.org|.sub.net, relay.clients: 192.0.2.0/24|::1";
    String command = "RCPT TO:" + path;
    if (isAllowed) {
      passes(settings, command).play();
    } else {
      denies(settings, command, "550 5.7.1 Relaying not allowed.").play();
    }
    passes("relay.local-domains: local.org, relay.clients: 10.0.0.0/24", command).play();
  }

  @Test
  @DisplayName("C-58 a client that has logged in may relay if the settings say so")
  void authenticated() {
    for (boolean isTrusted : new boolean[] {false, true}) {
      AgentPlaybook script =
          inSession("relay.local-domains: local.org, relay.authenticated: " + isTrusted)
              .clientSends("AUTH PLAIN AGEAYg==\r\n")
              .serverSends("235 in\r\n")
              .clientSends("RCPT TO:<a@b.c>\r\n");
      String passed = isTrusted ? "RCPT TO:<a@b.c>\r\n" : "";
      (isTrusted ? script.serverSends("250 k\r\n") : script.serverSendsWhenMonitored("250 k\r\n"))
          .serverGets("EHLO me\r\nAUTH PLAIN AGEAYg==\r\n" + passed)
          .play();
    }
  }

  @Test
  @DisplayName("C-58 a message has so many recipients, and RSET begins another one")
  void numberOfRecipients() {
    String two = "RCPT TO:<a@b>\r\nRCPT TO:<c@b>\r\n";
    assertThat(
            inSession("recipient-limit: 2")
                .clientSends(two + "RCPT TO:<d@b>\r\nMAIL FROM:<>\r\nRCPT TO:<d@b>\r\n")
                .serverSends("250 k\r\n250 k\r\n")
                .serverSendsWhenMonitored("250 k\r\n")
                .serverSends("503 nested\r\n")
                .serverSendsWhenMonitored("250 k\r\n")
                .clientSends("RSET\r\n" + two)
                .serverSends("250 reset\r\n250 k\r\n250 k\r\n")
                .serverGets("EHLO me\r\n" + two + "MAIL FROM:<>\r\nRSET\r\n" + two)
                .clientGets(
                    BEFORE
                        + "250 k\r\n250 k\r\n452 4.5.3 Too many recipients.\r\n503 nested\r\n"
                        + "452 4.5.3 Too many recipients.\r\n250 reset\r\n250 k\r\n250 k\r\n")
                .play()
                .reports())
        .containsExactly("recipient-limit: verb=RCPT", "recipient-limit: verb=RCPT");
  }
}
