package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.GREETING;
import static dev.midstream.agents.smtp.SmtpPlaybook.greeted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.playbook.AgentPlaybook;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** STARTTLS (RFC 3207): passed, stripped or required. */
class SmtpTlsTest {
  private static final String HELLO = "250-mx\r\n250-SIZE 9\r\n250 STARTTLS\r\n";
  private static final String TLS = "\u0016\u0003\u0001MAIL\r\n";

  private static AgentPlaybook inSession(String settings) {
    return greeted(settings).clientSends("EHLO me\r\n").serverSends(HELLO);
  }

  @Test
  @DisplayName("C-58 STARTTLS that is accepted makes everything opaque")
  void passes() {
    assertThat(
            inSession("starttls: pass")
                .clientSends("starttls\r\n")
                .serverSends("220 go\r\n")
                .clientSends(TLS + "XCLIENT a\r\n")
                .serverSends("\u0016\u0003what\r\n")
                .serverGets("EHLO me\r\nstarttls\r\n" + TLS + "XCLIENT a\r\n")
                .clientGets(GREETING + HELLO + "220 go\r\n\u0016\u0003what\r\n")
                .play()
                .reports())
        .containsExactly("tls: STARTTLS was accepted");
  }

  @Test
  @DisplayName("C-58 what follows STARTTLS waits, and is commands if it is refused")
  void refused() {
    inSession("starttls: pass")
        .clientSends("STARTTLS\r\nNOOP\r\n")
        .serverHasGot("EHLO me\r\nSTARTTLS\r\n")
        .serverSends("454 not now\r\n")
        .serverHasGot("EHLO me\r\nSTARTTLS\r\nNOOP\r\n")
        .serverSends("250 noop\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 commands sent ahead of TLS are not injected into it")
  void injection() {
    assertThat(
            inSession("starttls: pass")
                .clientSends("STARTTLS\r\nRSET\r\n")
                .serverSends("220 go\r\n")
                .serverGets("EHLO me\r\nSTARTTLS\r\n")
                .play()
                .reports())
        .containsExactly("tls-injection: octets after STARTTLS");
    assertThat(
            inSession("starttls: pass")
                .clientSends("STARTTLS\r\n")
                .serverSends("220 go\r\n")
                .clientSends("RSET\r\n")
                .serverGets("EHLO me\r\nSTARTTLS\r\n")
                .play()
                .reports())
        .containsExactly("tls-injection: no TLS after STARTTLS");
  }

  @Test
  @DisplayName("C-58 STARTTLS is stripped by default")
  void strips() {
    inSession("")
        .clientSends("STARTTLS\r\nNOOP\r\n")
        .serverSendsWhenMonitored("454 no\r\n")
        .serverSends("250 noop\r\n")
        .serverGets("EHLO me\r\nNOOP\r\n")
        .clientGets(
            GREETING + "250-mx\r\n250 SIZE 9\r\n502 5.5.1 Command not allowed.\r\n250 noop\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 where STARTTLS is required other commands are denied before it")
  void requires() {
    inSession("starttls: require")
        .clientSends("MAIL FROM:<a@b.c>\r\nNOOP\r\n")
        .serverSendsWhenMonitored("250 ok\r\n")
        .serverSends("250 noop\r\n")
        .clientSends("STARTTLS\r\n")
        .serverSends("220 go\r\n")
        .clientSends(TLS + "MAIL FROM:<a@b.c>\r\n")
        .serverGets("EHLO me\r\nNOOP\r\nSTARTTLS\r\n" + TLS + "MAIL FROM:<a@b.c>\r\n")
        .clientGets(
            GREETING
                + HELLO
                + "530 5.7.0 Must issue a STARTTLS command first.\r\n250 noop\r\n220 go\r\n")
        .play();
  }

  @Test
  @DisplayName("C-58 STARTTLS with an argument is denied")
  void argument() {
    inSession("starttls: pass")
        .clientSends("STARTTLS now\r\n")
        .serverSendsWhenMonitored("501 no\r\n")
        .serverGets("EHLO me\r\n")
        .play();
  }
}
