package dev.midstream.gateway.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A server of FTP with one directory for anonymous users, in a name space. */
final class FtpServer implements AutoCloseable {
  /** Programs of servers. */
  enum Kind {
    VSFTPD("/usr/sbin/vsftpd"),
    /** Its Debian package conflicts with that of the other one, and is unpacked by itself. */
    PURE_FTPD("/opt/pure-ftpd/usr/sbin/pure-ftpd");

    private final Path program;

    Kind(String program) {
      this.program = Path.of(program);
    }

    /** Skips the test if the program is not there. */
    void assumeInstalled() {
      assumeTrue(Files.isExecutable(program), () -> "skipped: no " + program);
    }
  }

  private static final int PORT = 21;

  private final Process process;

  private FtpServer(Process process) {
    this.process = process;
  }

  /**
   * Starts a server for both versions of IP, with passive ports 50000 to 50100.
   *
   * @param root must be readable by all; below it anonymous users may do what its permissions say
   * @param passiveAddress what 227 says; empty for the address of the control connection
   */
  static FtpServer start(
      Kind kind, Namespace namespace, Path directory, Path root, String passiveAddress)
      throws IOException {
    List<String> command =
        kind == Kind.VSFTPD
            ? vsftpd(directory, root, passiveAddress)
            : pureFtpd(directory, root, passiveAddress);
    Process process =
        new ProcessBuilder(namespace.command(command.toArray(String[]::new)))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("ftpd.log").toFile())
            .start();
    FtpServer server = new FtpServer(process);
    Eventually.holds("the server listens", () -> namespace.call(FtpServer::isListening));
    return server;
  }

  private static boolean isListening() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  private static List<String> vsftpd(Path directory, Path root, String passiveAddress)
      throws IOException {
    String text =
        """
        listen=NO
        listen_ipv6=YES
        background=NO
        anonymous_enable=YES
        no_anon_password=YES
        anon_root=%s
        anon_upload_enable=YES
        anon_mkdir_write_enable=YES
        anon_other_write_enable=YES
        write_enable=YES
        pasv_min_port=50000
        pasv_max_port=50100
        connect_from_port_20=NO
        secure_chroot_dir=%s
        seccomp_sandbox=NO
        max_per_ip=200
        """
            .formatted(root, Files.createDirectory(directory.resolve("empty")));
    String address = passiveAddress.isEmpty() ? "" : "pasv_address=" + passiveAddress + "\n";
    Path file = Files.writeString(directory.resolve("vsftpd.conf"), text + address);
    return List.of(Kind.VSFTPD.program.toString(), file.toString());
  }

  /** Its anonymous users see the home directory of the user ftp: the root takes its place. */
  private static List<String> pureFtpd(Path directory, Path root, String passiveAddress) {
    String inRoot = "mount --bind \"$0\" \"$(getent passwd ftp | cut -d: -f6)\" && exec \"$@\"";
    List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", inRoot));
    command.addAll(List.of(root.toString(), Kind.PURE_FTPD.program.toString()));
    String pidFile = directory.resolve("ftpd.pid").toString();
    command.addAll(List.of("-e", "-H", "-p", "50000:50100", "-g", pidFile));
    if (!passiveAddress.isEmpty()) {
      command.addAll(List.of("-P", passiveAddress));
    }
    return command;
  }

  /** Name and version of a server, as its package says. */
  static String version(Kind kind) throws IOException {
    return kind == Kind.VSFTPD
        ? Programs.packageVersion("vsftpd")
        : Programs.firstLine(kind.program.toString(), "--help");
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** Lets everybody read a directory and those above it that belong to the test. */
  static void share(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
