package dev.midstream.gateway.live;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A vsftpd with one anonymous directory, in a name space. */
final class FtpServer implements AutoCloseable {
  private final Process process;

  private FtpServer(Process process) {
    this.process = process;
  }

  /** Starts the server for both versions of IP; {@code root} must be readable by all. */
  static FtpServer start(Namespace namespace, Path directory, Path root) throws IOException {
    Path configuration =
        Files.writeString(
            directory.resolve("vsftpd.conf"),
            """
            listen=NO
            listen_ipv6=YES
            background=NO
            anonymous_enable=YES
            no_anon_password=YES
            anon_root=%s
            anon_upload_enable=YES
            write_enable=YES
            pasv_min_port=50000
            pasv_max_port=50100
            connect_from_port_20=NO
            secure_chroot_dir=%s
            seccomp_sandbox=NO
            """
                .formatted(root, Files.createDirectory(directory.resolve("empty"))));
    Process process =
        new ProcessBuilder(namespace.command("/usr/sbin/vsftpd", configuration.toString()))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("vsftpd.log").toFile())
            .start();
    return new FtpServer(process);
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
