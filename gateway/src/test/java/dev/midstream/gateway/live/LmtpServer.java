package dev.midstream.gateway.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Dovecot's server of LMTP, which delivers all mail to one directory, in a name space. Its Debian
 * packages are unpacked by themselves, and lie over /usr where it runs.
 */
final class LmtpServer implements AutoCloseable {
  private static final Path CORE = Path.of("/opt/dovecot-core/usr");
  private static final Path LMTP = Path.of("/opt/dovecot-lmtpd/usr");

  private final Process process;
  private final Path mail;

  private LmtpServer(Process process, Path mail) {
    this.process = process;
    this.mail = mail;
  }

  /** Skips the test if the program is not there. */
  static void assumeInstalled() {
    Path program = LMTP.resolve("lib/dovecot/lmtp");
    boolean isThere = Files.exists(program) && Files.exists(CORE.resolve("sbin/dovecot"));
    assumeTrue(isThere, () -> "skipped: no " + program);
  }

  /** Starts it at port 25 for both versions of IP; everybody must be able to read the directory. */
  static LmtpServer start(Namespace namespace, Path directory) throws IOException {
    Path mail = Files.createDirectory(directory.resolve("mail"));
    Files.setPosixFilePermissions(mail, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path file = Files.writeString(directory.resolve("dovecot.conf"), configuration(directory));
    String overUsr = "mount -t overlay overlay -o \"lowerdir=$0:/usr\" /usr && exec \"$@\"";
    String[] command = {
      "unshare",
      "--mount",
      "sh",
      "-c",
      overUsr,
      LMTP + ":" + CORE,
      "/usr/sbin/dovecot",
      "-F",
      "-c",
      file.toString()
    };
    Process process =
        new ProcessBuilder(namespace.command(command))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("lmtp.log").toFile())
            .start();
    LmtpServer server = new LmtpServer(process, mail);
    Eventually.holds(
        "the server greets",
        () -> {
          try (SmtpDialogue client = SmtpDialogue.open(namespace, "127.0.0.1")) {
            return client.say("QUIT\r\n").codesToEnd().startsWith("220");
          } catch (IOException _) {
            return false;
          }
        });
    return server;
  }

  private static String configuration(Path directory) throws IOException {
    return """
    base_dir = %1$s
    state_dir = %2$s
    log_path = %3$s/dovecot.log
    protocols = lmtp
    default_internal_user = nobody
    default_internal_group = nogroup
    default_login_user = games
    ssl = no
    first_valid_uid = 1
    mail_location = maildir:%3$s/mail
    auth_username_format = %%n
    service lmtp {
      inet_listener lmtp {
        address = *, ::
        port = 25
      }
    }
    passdb {
      driver = static
      args = nopassword=y
    }
    userdb {
      driver = static
      args = uid=65534 gid=65534 home=%3$s/mail allow_all_users=yes
    }
    """
        .formatted(
            Files.createDirectory(directory.resolve("run")),
            Files.createDirectory(directory.resolve("state")),
            directory);
  }

  /** All mails that were delivered, one for each recipient, in no order. */
  List<String> mails() throws IOException {
    Path arrived = mail.resolve("new");
    List<String> mails = new ArrayList<>();
    if (Files.exists(arrived)) {
      try (Stream<Path> files = Files.list(arrived)) {
        for (Path file : files.toList()) {
          mails.add(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return mails;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
