package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.program.Curl;
import dev.midstream.demo.program.ScratchDirectory;
import dev.midstream.demo.program.SmtpSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two mails: one is edited on its way, the other is for a domain that is not the server's. */
final class MailScene implements Scene {
  private static final String TO = "RCPT TO:<bob@example.org>";
  private static final String ELSEWHERE = "RCPT TO:<eve@example.net>";
  private static final List<String> LINES =
      List.of("Subject: " + DemoText.FIND, "", DemoText.FIND + ", dear Bob.");

  @Override
  public String name() {
    return "a mail by SMTP";
  }

  @Override
  public List<String> missing() {
    List<String> missing = new ArrayList<>(SmtpSink.missing());
    missing.addAll(Curl.missing("smtp"));
    return missing;
  }

  @Override
  public Verdict run(Network network, Screen screen) throws IOException {
    screen.print("");
    screen.print("a mail by SMTP, by curl to smtp-sink of Postfix; example.org is local");
    try (ScratchDirectory scratch = new ScratchDirectory("midstream-mail-")) {
      Path mail = scratch.path().resolve("mail");
      Files.writeString(mail, String.join("\r\n", LINES) + "\r\n");
      try (SmtpSink server = SmtpSink.start(network.server(), scratch.path())) {
        Curl curl = new Curl(network.client());
        Path nothing = scratch.path().resolve("nothing");
        String relayed =
            screen.printAnswer(send(curl, mail, nothing, "eve@example.net"), ELSEWHERE);
        String accepted = screen.printAnswer(send(curl, mail, nothing, "bob@example.org"), TO);
        String mails = server.mails();
        boolean isDenied = relayed.startsWith("550") && !mails.contains("eve@");
        boolean isEdited = accepted.startsWith("250") && arrivesEdited(screen, mails);
        return new Verdict(
            name(), isDenied && isEdited, "a subject and a text replaced, relaying denied");
      }
    }
  }

  private static Curl.Dialogue send(Curl curl, Path mail, Path nothing, String to)
      throws IOException {
    String url = "smtp://" + Network.SERVER + "/client.example.org";
    return curl.run(
        nothing, "--mail-from", "ann@example.org", "--mail-rcpt", to, "-T", mail.toString(), url);
  }

  /** Whether the mail has every line, edited, and none as it was sent. */
  private static boolean arrivesEdited(Screen screen, String mails) {
    List<String> received = mails.lines().toList();
    boolean isEdited = !mails.contains(DemoText.FIND);
    for (String line : LINES) {
      String edited = DemoText.edited(line);
      isEdited &= received.contains(edited);
      if (!line.isEmpty()) {
        screen.print("  client says   " + line);
        screen.print("  server hears  " + (received.contains(edited) ? edited : "something else"));
      }
    }
    return isEdited;
  }
}
