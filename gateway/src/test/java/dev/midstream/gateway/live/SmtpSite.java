package dev.midstream.gateway.live;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A client, a server of mail, and the program between them. */
final class SmtpSite implements AutoCloseable {
  private static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      rules:
        - name: mail
          match: { destination-port: 25 }
          agent: smtp
      """;

  private final Network network;
  private final SmtpServer server;
  private final BoxProcess box;

  /**
   * Starts all of it on {@code network}, which is closed with it.
   *
   * @param settings of the agent, a line each
   */
  SmtpSite(SmtpServer.Kind kind, Network network, Path directory, String settings)
      throws IOException {
    this(kind, network, directory, settings, "");
  }

  /** The same with lines of the rule beside its settings. */
  SmtpSite(SmtpServer.Kind kind, Network network, Path directory, String settings, String ofRule)
      throws IOException {
    this.network = network;
    FtpServer.share(directory);
    server = SmtpServer.start(kind, network.server(), directory);
    String rule = CONFIGURATION + ofRule.indent(4) + "    settings:\n" + settings.indent(6);
    box = startBox(directory, rule);
    awaitReady();
  }

  /** Starts the program; without it the others end too. */
  private BoxProcess startBox(Path directory, String configuration) throws IOException {
    try {
      return Live.start(network, directory, configuration);
    } catch (IOException e) {
      server.close();
      network.close();
      throw e;
    }
  }

  private void awaitReady() throws IOException {
    Eventually.holds(
        "the server greets",
        () -> {
          try (SmtpDialogue client = open()) {
            return client.say("QUIT\r\n").codesToEnd().startsWith("220");
          } catch (IOException _) {
            return false;
          }
        });
  }

  Network network() {
    return network;
  }

  /** All mail that was delivered, one character for each octet; lines end with LF. */
  String mailbox() throws IOException {
    return server.mailbox();
  }

  /** A client that has connected. */
  SmtpDialogue open() throws IOException {
    return SmtpDialogue.open(network.client(), Network.SERVER);
  }

  /** A client whose EHLO was answered. */
  SmtpDialogue greeted() throws IOException {
    return greeted(Network.SERVER);
  }

  /** A client of the server at {@code host} whose EHLO was answered. */
  SmtpDialogue greeted(String host) throws IOException {
    SmtpDialogue client = SmtpDialogue.open(network.client(), host);
    String ignored = client.say("EHLO me\r\n").codes(2);
    return client;
  }

  /** The counts of all reasons. */
  Map<String, Long> reasons() throws IOException {
    return new Node(network.box(), box).reasons();
  }

  /** Runs swaks at the client, which sends {@code hello}, and returns what it says. */
  String swaks(String server, String options) throws IOException {
    String command = "swaks --server " + server + " --helo me --from a@b.c --body hello " + options;
    return network.client().output("sh", "-c", command + " || true");
  }

  @Override
  public void close() {
    box.close();
    server.close();
    network.close();
  }
}
