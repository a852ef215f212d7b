package dev.midstream.demo.program;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The web server nginx(8). It answers requests for its own name only, leads from {@code /start} to
 * {@code /index.html}, and compresses what it sends.
 */
public final class Nginx implements AutoCloseable {
  private static final InstalledProgram PROGRAM = InstalledProgram.of("nginx");
  private static final int PORT = 80;
  private static final String LOG = "requests.log";

  private final ServerProcess process;
  private final Path directory;

  private Nginx(ServerProcess process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /** Its name if it is not installed; otherwise nothing. */
  public static List<String> missing() {
    return PROGRAM.missing();
  }

  /**
   * Starts the server with its files in {@code directory}.
   *
   * @param root the directory in it with the pages, whose name has no blank
   * @param name the only host, and port if it is not 80, that it knows
   */
  public static Nginx start(Namespace namespace, Path directory, String root, String name)
      throws IOException {
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(configuration, configuration(root, name));
    List<String> command =
        List.of(PROGRAM.path(), "-p", directory + "/", "-c", configuration.toString());
    return new Nginx(ServerProcess.start(namespace, command, PORT, directory), directory);
  }

  private static String configuration(String root, String name) {
    return """
    daemon off;
    master_process off;
    user root;
    pid nginx.pid;
    error_log nginx.log;
    events { }
    http {
      access_log %1$s;
      client_body_temp_path temporary;
      proxy_temp_path temporary;
      fastcgi_temp_path temporary;
      uwsgi_temp_path temporary;
      scgi_temp_path temporary;
      types { text/html html; }
      gzip on;
      server {
        listen %2$d;
        root %3$s;
        if ($http_host != "%4$s") { return 421; }
        location = /start { return 302 http://%4$s/index.html; }
      }
    }
    """
        .formatted(LOG, PORT, root, name);
  }

  /** All requests that reached the server. */
  public String requests() throws IOException {
    return Files.readString(directory.resolve(LOG));
  }

  @Override
  public void close() {
    process.close();
  }
}
