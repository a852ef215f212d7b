package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clients and a real server of mail, with the agent between them. */
@Tag("live")
final class LiveSmtpTest {
  private static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      rules:
        - name: mail
          match: { destination-port: 25 }
          agent: smtp
          settings:
            banner: mail
            size-limit: 20MiB
            starttls: STARTTLS
            senders: { deny: [ evil.org ] }
            relay: { local-domains: [ example.org ] }
      """;
  private static final String EDITING =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      rules:
        - name: mail
          match: { destination-port: 25 }
          agent: smtp
          settings:
            headers:
              add: [ { name: X-Seen, value: "yes" } ]
              replace: [ { name: Subject, value: edited } ]
            substitute: [ { find: paragraph, replace: "§" } ]
      """;
  private static final String ENVELOPE = "MAIL FROM:<a@b.c>\r\nRCPT TO:<x@example.org>\r\n";
  private static final List<String> ENDINGS =
      List.of(
          "\n.\n",
          "\n.\r\n",
          "\r.\r\n",
          "\r.\r",
          "\r\n.\n",
          "\r\n.\r",
          "\r\n\0.\r\n",
          "\r\n.\0\r\n");
  private static final int PARAGRAPHS = 100_000;

  @TempDir private Path directory = Path.of("");
  private Network network;
  private SmtpServer server;
  private @Nullable BoxProcess box;

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @BeforeEach
  void start() throws IOException {
    network = Network.make(1500);
    FtpServer.share(directory);
    server = SmtpServer.start(SmtpServer.Kind.POSTFIX, network.server(), directory);
  }

  @AfterEach
  void stop() {
    if (box != null) {
      box.close();
    }
    server.close();
    network.close();
  }

  private BoxProcess box() {
    return Objects.requireNonNull(box, "not started");
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, "[" + Network.SERVER_6 + "]"})
  @DisplayName("C-58 a big mail is edited, and the server's DATA takes the place of chunks")
  void edits(String host) throws IOException {
    box = Live.start(network, directory, EDITING);
    Path mail = mail();
    curl("smtp://" + host, "", mail);
    String text = Files.readString(mail).replace("\r\n", "\n");
    String edited = text.substring(text.indexOf("\n\n")).replace("paragraph", "§");
    Eventually.holds("mail arrives", () -> server.mailbox().contains(latin1(edited)));
    assertThat(server.mailbox())
        .contains("X-Seen: yes\n")
        .contains("Subject: edited\n")
        .doesNotContain("Subject: big");
    try (SmtpDialogue client = ready()) {
      assertThat(client.text()).doesNotContain("CHUNKING").contains("SIZE 59999978");
      assertThat(client.say("BDAT 3\r\nabcNOOP\r\n").codes(2)).isEqualTo("220 250 502 250");
    }
    assertThat(new Node(network.box(), box()).reasons()).containsEntry("smtp.edited", 1L);
  }

  private static String latin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private void run(String startTls) throws IOException {
    box = Live.start(network, directory, CONFIGURATION.replace("STARTTLS", startTls));
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, "[" + Network.SERVER_6 + "]"})
  @DisplayName("C-58 a big mail arrives as it was sent, over IPv4 and IPv6")
  void delivers(String host) throws IOException {
    run("strip");
    Path mail = mail();
    curl("smtp://" + host, "", mail);
    assertDelivered(mail);
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, Network.SERVER_6})
  @DisplayName("C-58 swaks sends commands ahead, over IPv4 and IPv6")
  void swaks(String host) throws IOException {
    run("strip");
    awaitReady();
    String output =
        network
            .client()
            .output(
                "swaks",
                "--server",
                host,
                "--pipeline",
                "--from",
                "a@b.c",
                "--to",
                "x@example.org,y@example.org",
                "--body",
                "hello");
    assertThat(output).contains("220 mail").doesNotContain("STARTTLS").contains("queued as");
    Eventually.holds("mail arrives", () -> server.mailbox().contains("hello"));
  }

  @ParameterizedTest
  @CsvSource({
    "pass, 10.1.0.2, 220 250 250, 1",
    "require, [fd00:1::2], 220 250 530, 1",
    "strip, [fd00:1::2], 220 250 250, 0"
  })
  @DisplayName("C-58 STARTTLS passes, is required or stripped; everything in TLS is opaque")
  void tls(String startTls, String host, String codes, long connections) throws IOException {
    run(startTls);
    Path mail = mail();
    curl("smtp://" + host, (connections > 0 ? "--ssl-reqd" : "--ssl") + " -k", mail);
    assertDelivered(mail);
    try (SmtpDialogue client = SmtpDialogue.open(network.client(), Network.SERVER)) {
      client.say("EHLO me\r\n").codes(2);
      assertThat(client.say("MAIL FROM:<a@b.c>\r\n").codes(1)).isEqualTo(codes);
    }
    assertThat(new Node(network.box(), box()).reasons().getOrDefault("smtp.tls", 0L))
        .isEqualTo(connections);
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, Network.SERVER_6})
  @DisplayName("C-58 commands ahead, chunks and denials keep the order of replies")
  void chunks(String host) throws IOException {
    run("strip");
    try (SmtpDialogue client = ready(host)) {
      String codes =
          client
              .say(ENVELOPE + "XCLIENT NAME=x\r\nRCPT TO:<a@other.org>\r\n")
              .say("BDAT 14\r\nSubject: x\r\n\r\nBDAT 8\r\n.\r\nQUIT\nBDAT 0 LAST\r\n")
              .say("MAIL FROM:<x@evil.org>\r\nQUIT\r\n")
              .codesToEnd();
      assertThat(codes).isEqualTo("220 250 250 250 502 550 250 250 250 550 221");
    }
    Eventually.holds("mail arrives", () -> server.mailbox().contains("\n.\nQUIT\n"));
    assertThat(new Node(network.box(), box()).reasons())
        .containsEntry("smtp.denied-command", 1L)
        .containsEntry("smtp.denied-relay", 1L)
        .containsEntry("smtp.denied-sender", 1L);
  }

  @Test
  @DisplayName("C-58 no second mail is smuggled into a text, and none arrives, over IPv4 and IPv6")
  void smuggling() throws IOException {
    run("strip");
    for (int i = 0; i < 2 * ENDINGS.size(); i++) {
      String ending = ENDINGS.get(i / 2);
      try (SmtpDialogue client = ready(i % 2 == 0 ? Network.SERVER : Network.SERVER_6)) {
        client.say(ENVELOPE + "DATA\r\n").codes(3);
        String codes =
            client
                .say("Subject: first\r\n\r\nx" + ending + "MAIL FROM:<admin@example.org>\r\n")
                .say("RCPT TO:<x@example.org>\r\nDATA\r\nSubject: second\r\n\r\ny\r\n.\r\nQUIT\r\n")
                .codesToEnd();
        assertThat(codes).isEqualTo("220 250 250 250 354 521");
      }
    }
    try (SmtpDialogue client = ready()) {
      String codes =
          client.say(ENVELOPE + "BDAT 18 LAST\r\nSubject: third\r\n\r\nQUIT\r\n").codesToEnd();
      assertThat(codes).isEqualTo("220 250 250 250 250 221");
    }
    Eventually.holds("mail arrives", () -> server.mailbox().contains("third"));
    assertThat(server.mailbox()).doesNotContain("first").doesNotContain("second");
  }

  private SmtpDialogue ready() throws IOException {
    return ready(Network.SERVER);
  }

  private SmtpDialogue ready(String host) throws IOException {
    awaitReady();
    SmtpDialogue client = SmtpDialogue.open(network.client(), host);
    client.say("EHLO me\r\n").codes(2);
    return client;
  }

  private void awaitReady() throws IOException {
    Eventually.holds(
        "the server greets",
        () -> {
          try (SmtpDialogue client = SmtpDialogue.open(network.client(), Network.SERVER)) {
            return client.say("QUIT\r\n").codesToEnd().startsWith("220");
          } catch (IOException _) {
            return false;
          }
        });
  }

  private Path mail() throws IOException {
    StringBuilder text = new StringBuilder("From: <a@b.c>\r\nSubject: big\r\n\r\n");
    for (int i = 0; i < PARAGRAPHS; i++) {
      text.append(i % 10 == 0 ? ".dots are stuffed " : "a paragraph of the mail, ")
          .append(i)
          .append("\r\n");
    }
    return Files.writeString(directory.resolve("mail.txt"), text);
  }

  private void assertDelivered(Path mail) throws IOException {
    String text = Files.readString(mail).replace("\r\n", "\n");
    String body = text.substring(text.indexOf("\n\n"));
    Eventually.holds("mail arrives", () -> server.mailbox().contains(body));
  }

  private void curl(String url, String options, Path mail) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("curl", "-sS", "-g", "--retry", "20", "--retry-connrefused", "-m", "60"));
    command.addAll(options.isEmpty() ? List.of() : Arrays.asList(options.split(" ")));
    command.addAll(List.of("--mail-from", "a@b.c", "--mail-rcpt", "x@example.org"));
    command.addAll(List.of("-T", mail.toString(), url + "/me"));
    assertThat(network.client().output(command.toArray(String[]::new))).isEmpty();
  }
}
