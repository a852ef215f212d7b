package dev.midstream.demo;

import dev.midstream.demo.network.NameSpace;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;

/** Java's own HTTP client inside a name space. */
final class WebClient {
  private static final int PATIENCE_MILLIS = 30_000;

  /** Takes what a server answers. */
  @FunctionalInterface
  interface Taking<T> {
    T take(InputStream body) throws IOException;
  }

  private final NameSpace nameSpace;

  WebClient(NameSpace nameSpace) {
    this.nameSpace = nameSpace;
  }

  /** Asks for what is at {@code address}. */
  <T> T get(URI address, Taking<T> taking) throws IOException {
    return nameSpace.in(() -> {
      URLConnection connection = address.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      try (InputStream body = connection.getInputStream()) {
        return taking.take(body);
      }
    });
  }
}
