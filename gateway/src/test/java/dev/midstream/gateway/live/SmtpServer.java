package dev.midstream.gateway.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server of mail that delivers all mail for example.org to one mailbox, in a name space. */
final class SmtpServer implements AutoCloseable {
  /** Programs of servers. */
  enum Kind {
    POSTFIX("/usr/sbin/postfix"),
    /** Its Debian package conflicts with that of the other one, and is unpacked by itself. */
    EXIM("/opt/exim4-daemon-light/usr/sbin/exim4");

    private final Path program;

    Kind(String program) {
      this.program = Path.of(program);
    }

    Path program() {
      return program;
    }

    /** Skips the test if the program is not there. */
    void assumeInstalled() {
      assumeTrue(Files.isExecutable(program), () -> "skipped: no " + program);
    }
  }

  private static final String MASTER =
      """
      smtp inet n - n - - smtpd
      cleanup unix n - n - 0 cleanup
      qmgr unix n - n 300 1 qmgr
      rewrite unix - - n - - trivial-rewrite
      bounce unix - - n - 0 bounce
      defer unix - - n - 0 bounce
      trace unix - - n - 0 bounce
      anvil unix - - n - 1 anvil
      tlsmgr unix - - n 1000? 1 tlsmgr
      proxymap unix - - n - - proxymap
      virtual unix - n n - - virtual
      postlog unix-dgram n - n - 1 postlogd
      """;
  private static final String[] QUEUES = {
    "active",
    "bounce",
    "corrupt",
    "defer",
    "deferred",
    "flush",
    "hold",
    "incoming",
    "maildrop",
    "private",
    "public",
    "saved",
    "trace"
  };
  private static final int STOP_SECONDS = 20;
  private static final int PORT = 25;

  private final Kind kind;
  private final Namespace namespace;
  private final Path directory;
  private final Process process;

  private SmtpServer(Kind kind, Namespace namespace, Path directory, Process process) {
    this.kind = kind;
    this.namespace = namespace;
    this.directory = directory;
    this.process = process;
  }

  /** Starts the server for both versions of IP; everybody must be able to read the directory. */
  static SmtpServer start(Kind kind, Namespace namespace, Path directory) throws IOException {
    kind.assumeInstalled();
    for (String name : new String[] {"conf", "queue", "data", "mail"}) {
      Path made = Files.createDirectory(directory.resolve(name));
      FtpServer.share(made);
    }
    makeCertificate(namespace, directory);
    List<String> command =
        kind == Kind.POSTFIX ? postfix(directory) : EximSettings.server(directory, kind.program);
    Process process =
        new ProcessBuilder(namespace.command(command.toArray(String[]::new)))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("server.log").toFile())
            .start();
    SmtpServer server = new SmtpServer(kind, namespace, directory, process);
    Eventually.holds("the server listens", () -> namespace.call(SmtpServer::isListening));
    return server;
  }

  private static boolean isListening() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  private static void makeCertificate(Namespace namespace, Path directory) throws IOException {
    Path configuration = directory.resolve("conf");
    String ignored =
        namespace.output(
            "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=mx -days 30 -keyout D/tls -out D/c"
                .replace("D/", configuration + "/")
                .split(" "));
    Path keys = configuration.resolve("tls");
    Files.writeString(keys, Files.readString(keys) + Files.readString(configuration.resolve("c")));
  }

  private static List<String> postfix(Path directory) throws IOException {
    own(directory.resolve("data"), "postfix");
    own(directory.resolve("mail"), "nobody");
    makeQueues(directory.resolve("queue"));
    Path configuration = directory.resolve("conf");
    Files.writeString(configuration.resolve("master.cf"), MASTER);
    Files.writeString(configuration.resolve("main.cf"), main(directory));
    return List.of("postfix", "-c", configuration.toString(), "start-fg");
  }

  private static String main(Path directory) {
    return """
    compatibility_level = 3.6
    queue_directory = %1$s/queue
    data_directory = %1$s/data
    command_directory = /usr/sbin
    daemon_directory = /usr/lib/postfix/sbin
    mail_owner = postfix
    setgid_group = postdrop
    myhostname = mx.example.org
    mydestination =
    inet_protocols = all
    mynetworks = 127.0.0.0/8 [::1]/128
    maillog_file = /dev/stdout
    virtual_mailbox_domains = example.org
    virtual_mailbox_base = %1$s/mail
    virtual_mailbox_maps = static:box
    virtual_mailbox_limit = 0
    message_size_limit = 60000000
    virtual_uid_maps = static:65534
    virtual_gid_maps = static:65534
    virtual_minimum_uid = 1
    smtpd_recipient_restrictions = reject_unauth_destination
    smtpd_peername_lookup = no
    smtpd_tls_security_level = may
    smtpd_tls_chain_files = %1$s/conf/tls
    smtpd_authorized_xclient_hosts = 0.0.0.0/0, [::]/0
    """
        .formatted(directory);
  }

  /** Postfix makes and checks them at its start, with hundreds of processes, if not told so. */
  private static void makeQueues(Path directory) throws IOException {
    for (String name : QUEUES) {
      own(Files.createDirectory(directory.resolve(name)), "postfix");
    }
    Files.createDirectory(directory.resolve("pid"));
    Files.createFile(directory.resolve("quick-start"));
  }

  private static void own(Path path, String user) throws IOException {
    var users = path.getFileSystem().getUserPrincipalLookupService();
    Files.setOwner(path, users.lookupPrincipalByName(user));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** All mail that was delivered, one character for each octet; lines end with LF. */
  String mailbox() throws IOException {
    Path box = directory.resolve("mail").resolve("box");
    return Files.exists(box) ? Files.readString(box, StandardCharsets.ISO_8859_1) : "";
  }

  @Override
  public void close() {
    List<ProcessHandle> started = process.descendants().toList();
    try {
      if (kind == Kind.POSTFIX) {
        String configuration = directory.resolve("conf").toString();
        String ignored = namespace.output("postfix", "-c", configuration, "abort");
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    } catch (IOException _) {
      // It is ended in the other way.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    started.forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
