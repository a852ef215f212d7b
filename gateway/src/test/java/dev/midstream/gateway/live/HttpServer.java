package dev.midstream.gateway.live;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An nginx with the files of one directory, in a name space. */
final class HttpServer implements AutoCloseable {
  /** What the location that no client may see answers. */
  static final String SECRET = "SECRET";

  private final Process process;

  private HttpServer(Process process) {
    this.process = process;
  }

  /** Starts the server for both versions of IP; {@code directory} has the files in {@code root}. */
  static HttpServer start(Namespace namespace, Path directory) throws IOException {
    Path configuration =
        Files.writeString(directory.resolve("nginx.conf"), configuration(directory));
    String[] command = {
      "/usr/sbin/nginx", "-e", directory + "/start.log", "-c", configuration.toString()
    };
    Process process =
        new ProcessBuilder(namespace.command(command))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("nginx.log").toFile())
            .start();
    return new HttpServer(process);
  }

  private static String configuration(Path directory) {
    return """
    user root;
    daemon off;
    pid %1$s/nginx.pid;
    error_log %1$s/error.log;
    events {}
    http {
      access_log off;
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
      }
    }
    """
        .formatted(directory, SECRET);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
