package dev.midstream.demo.program;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The FTP server vsftpd(8), with one directory in which anonymous users may do everything. */
public final class Vsftpd implements AutoCloseable {
  private static final InstalledProgram PROGRAM = InstalledProgram.of("vsftpd");
  private static final int PORT = 21;
  private static final String LOG = "vsftpd.log";

  private final ServerProcess process;
  private final Path directory;

  private Vsftpd(ServerProcess process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /** Its name if it is not installed; otherwise nothing. */
  public static List<String> missing() {
    return PROGRAM.missing();
  }

  /** Starts the server with its files in {@code directory}, and users' files in {@code root}. */
  public static Vsftpd start(Namespace namespace, Path directory, Path root) throws IOException {
    Path configuration = directory.resolve("vsftpd.conf");
    Files.writeString(configuration, configuration(directory, root));
    List<String> command = List.of(PROGRAM.path(), configuration.toString());
    return new Vsftpd(ServerProcess.start(namespace, command, PORT, directory), directory);
  }

  /** It keeps the user that starts it: in a user namespace there may be no other one. */
  private static String configuration(Path directory, Path root) {
    return """
    listen=YES
    listen_ipv6=NO
    background=NO
    run_as_launching_user=YES
    seccomp_sandbox=NO
    anonymous_enable=YES
    no_anon_password=YES
    anon_root=%1$s
    write_enable=YES
    anon_upload_enable=YES
    anon_other_write_enable=YES
    pasv_min_port=50000
    pasv_max_port=50009
    connect_from_port_20=NO
    secure_chroot_dir=%1$s
    log_ftp_protocol=YES
    xferlog_enable=YES
    vsftpd_log_file=%2$s
    """
        .formatted(root, directory.resolve(LOG));
  }

  /** All commands that reached the server, and its answers. */
  public String log() throws IOException {
    return Files.readString(directory.resolve(LOG));
  }

  @Override
  public void close() {
    process.close();
  }
}
