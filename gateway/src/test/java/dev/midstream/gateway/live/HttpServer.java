package dev.midstream.gateway.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server of HTTP with the files of one directory, in a name space. */
final class HttpServer implements AutoCloseable {
  /** What the path that no client may see answers. */
  static final String SECRET = "SECRET";

  static final int PORT = 80;

  /** Programs of servers. */
  enum Kind {
    NGINX("/usr/sbin/nginx", "nginx-light"),
    LIGHTTPD("/usr/sbin/lighttpd", "lighttpd");

    private final Path program;
    private final String debian;

    Kind(String program, String debian) {
      this.program = Path.of(program);
      this.debian = debian;
    }

    /** Skips the test if the program is not there. */
    void assumeInstalled() {
      assumeTrue(Files.isExecutable(program), () -> "skipped: no " + program);
    }

    /** Name and version, as the package says. */
    String version() throws IOException {
      return Programs.packageVersion(debian);
    }
  }

  private final Process process;

  private HttpServer(Process process) {
    this.process = process;
  }

  /**
   * Starts a server for both versions of IP. {@code directory} gets the files in {@code root}:
   * below {@code /zipped} they are coded, {@code /ws} is {@link WebSocketEcho}, {@code /admin} is
   * secret, {@code /put/copy} stores a body, and {@code /echo} answers, with nginx path and method.
   * nginx has {@code /chunked} too.
   */
  static HttpServer start(Kind kind, Namespace namespace, Path directory) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    FtpServer.share(root);
    boolean isNginx = kind == Kind.NGINX;
    Path file =
        Files.writeString(
            directory.resolve("httpd.conf"), isNginx ? nginx(directory) : lighttpd(directory));
    String[] command =
        isNginx
            ? new String[] {
              kind.program.toString(), "-e", directory + "/start.log", "-c", file.toString()
            }
            : new String[] {kind.program.toString(), "-D", "-f", file.toString()};
    Process process =
        new ProcessBuilder(namespace.command(command))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("httpd.log").toFile())
            .start();
    HttpServer server = new HttpServer(process);
    Eventually.holds("the server listens", () -> namespace.call(HttpServer::isListening));
    return server;
  }

  private static boolean isListening() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  private static String nginx(Path directory) {
    return """
    user root;
    daemon off;
    pid %1$s/nginx.pid;
    error_log %1$s/error.log;
    events {}
    http {
      access_log off;
      client_header_timeout 600s;
      client_body_temp_path %1$s/body;
      proxy_temp_path %1$s/proxy;
      fastcgi_temp_path %1$s/fastcgi;
      uwsgi_temp_path %1$s/uwsgi;
      scgi_temp_path %1$s/scgi;
      types { text/plain txt; }
      gzip_types text/plain;
      gzip_min_length 1;
      server {
        listen 80;
        listen [::]:80;
        root %1$s/root;
        location / { default_type text/plain; }
        location /zipped/ { alias %1$s/root/; gzip on; }
        location /chunked/ { alias %1$s/root/; sub_filter_types text/plain; sub_filter qqq q; }
        location /put/ { alias %1$s/root/; dav_methods PUT; client_max_body_size 0; }
        location /echo { default_type text/plain; return 200 "path=$uri method=$request_method\\n"; }
        location /admin { default_type text/plain; return 200 "%2$s\\n"; }
        location /ws {
          proxy_pass http://127.0.0.1:%3$d;
          proxy_http_version 1.1;
          proxy_set_header Upgrade $http_upgrade;
          proxy_set_header Connection upgrade;
        }
      }
    }
    """
        .formatted(directory, SECRET, WebSocketEcho.PORT);
  }

  private static String lighttpd(Path directory) throws IOException {
    Files.writeString(directory.resolve("root").resolve("admin"), SECRET);
    Files.writeString(directory.resolve("root").resolve("echo"), "echo\n");
    Files.writeString(
        Files.createDirectory(directory.resolve("cgi")).resolve("copy"),
        "cat >'%s/root/copy'; printf 'Status: 201\\r\\n\\r\\n'".formatted(directory));
    return """
    server.modules = ( "mod_alias", "mod_cgi", "mod_deflate", "mod_proxy" )
    server.document-root = "%1$s/root"
    server.errorlog = "%1$s/error.log"
    server.upload-dirs = ( "%1$s" )
    server.port = 80
    server.max-read-idle = 600
    $SERVER["socket"] == "[::]:80" { }
    mimetype.assign = ( "" => "text/plain" )
    alias.url = ( "/zipped/" => "%1$s/root/", "/put/" => "%1$s/cgi/" )
    $HTTP["url"] =~ "^/put/" { cgi.assign = ( "" => "/bin/sh" ) }
    deflate.min-compress-size = 1
    $HTTP["url"] =~ "^/zipped/" {
      deflate.mimetypes = ( "text/plain" )
      deflate.allowed-encodings = ( "gzip" )
    }
    $HTTP["url"] =~ "^/ws" {
      proxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => %2$d ) ) )
      proxy.header = ( "upgrade" => "enable" )
    }
    """
        .formatted(directory, WebSocketEcho.PORT);
  }

  boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
