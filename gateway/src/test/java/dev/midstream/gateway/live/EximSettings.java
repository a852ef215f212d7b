package dev.midstream.gateway.live;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the server Exim is told. */
final class EximSettings {
  /**
   * The package makes this user; it is unpacked only, so the user is made in a mount name space.
   */
  private static final String USER = "Debian-exim";

  private static final int USER_ID = 65_533;

  /** Users log in with any name and the password {@code secret}. */
  private static final String SERVER =
      """
      primary_hostname = mx.example.org
      spool_directory = {directory}/queue
      log_file_path = {directory}/data/%s
      pid_file_path = {directory}/data/pid
      local_interfaces = <; 0.0.0.0 ; ::0
      keep_environment =
      host_lookup =
      rfc1413_hosts =
      tls_advertise_hosts = *
      tls_certificate = {directory}/conf/tls
      smtp_enforce_sync = false
      chunking_advertise_hosts = *
      auth_advertise_hosts = *
      deliver_drop_privilege
      acl_smtp_rcpt = check
      begin acl
      check:
        accept domains = example.org
        deny message = relay not permitted
      begin routers
      all:
        driver = accept
        transport = box
      begin transports
      box:
        driver = appendfile
        file = {directory}/mail/box
        user = {user}
        envelope_to_add
      begin authenticators
      plain:
        driver = plaintext
        public_name = PLAIN
        server_prompts = :
        server_condition = ${if eq{$auth3}{secret}}
        server_set_id = $auth2
      login:
        driver = plaintext
        public_name = LOGIN
        server_prompts = Username:: : Password::
        server_condition = ${if eq{$auth2}{secret}}
        server_set_id = $auth1
      """;

  private EximSettings() {}

  /** The command that runs a server in the foreground; {@code directory} is prepared for it. */
  static List<String> server(Path directory, Path program) throws IOException {
    List<String> command = new ArrayList<>(prepared(directory, program, server(directory)));
    command.addAll(List.of("-bdf", "-oX", "25"));
    return command;
  }

  /**
   * Runs a client that sends a message to a server of {@code namespace} and then ends.
   *
   * @param directory to make, for its queue
   * @return what it says
   */
  static String send(Namespace namespace, Path directory, Path program, int port, String message)
      throws IOException {
    for (String name : new String[] {"conf", "queue", "data", "mail"}) {
      FtpServer.share(Files.createDirectories(directory.resolve(name)));
    }
    FtpServer.share(directory);
    Path file = Files.writeString(directory.resolve("message"), message);
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "exec \"$@\" < \"$0\"", file.toString()));
    command.addAll(prepared(directory, program, client(directory, port)));
    command.addAll(List.of("-odi", "-oi", "-f", "a@b.c", "x@example.org"));
    return namespace.output(command.toArray(String[]::new));
  }

  private static List<String> prepared(Path directory, Path program, String text)
      throws IOException {
    Path configuration = directory.resolve("conf");
    String user = USER + ":x:" + USER_ID + ":";
    Files.writeString(
        configuration.resolve("passwd"),
        Files.readString(Path.of("/etc/passwd")) + user + USER_ID + "::/:/bin/false\n");
    Files.writeString(
        configuration.resolve("group"), Files.readString(Path.of("/etc/group")) + user + "\n");
    Path file = Files.writeString(configuration.resolve("exim.conf"), text);
    String script =
        """
        chown -R %1$d "$0/queue" "$0/mail" "$0/data"
        chmod -R a+r "$0/conf"
        mount --bind "$0/conf/passwd" /etc/passwd
        mount --bind "$0/conf/group" /etc/group
        exec "$@"
        """
            .formatted(USER_ID);
    List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-e", "-c", script));
    command.addAll(List.of(directory.toString(), program.toString(), "-C", file.toString()));
    return command;
  }

  private static String client(Path directory, int port) {
    return """
    primary_hostname = client.example.com
    spool_directory = %1$s/queue
    log_file_path = %1$s/data/%%s
    keep_environment =
    deliver_drop_privilege
    host_lookup =
    begin routers
    all:
      driver = manualroute
      route_list = * 127.0.0.1
      self = send
      transport = out
    begin transports
    out:
      driver = smtp
      port = %2$d
      hosts_avoid_tls = *
      helo_data = me
    """
        .formatted(directory, port);
  }

  private static String server(Path directory) {
    return SERVER.replace("{directory}", directory.toString()).replace("{user}", USER);
  }
}
