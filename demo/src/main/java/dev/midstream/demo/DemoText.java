package dev.midstream.demo;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;

/** The string that most scenes send, its replacement, and the configuration that edits it. */
final class DemoText {
  static final String FIND = "Hello world";
  static final String REPLACE = "Hi there";

  /** The host and port that the web server knows itself by, and no client. */
  static final String INSIDE = "intern.example:8080";

  /** What a client reads in place of a denied page. */
  static final String DENIED = "Not from here.";

  private static final JsonMapper QUOTING =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private DemoText() {}

  /** The box's configuration. */
  static String configuration(Path events) throws IOException {
    return """
    # Written by `midstream demo`: what the box between client and server was told.
    port: { kind: afpacket, inside: in0, outside: out0 }
    default-action: reject
    rules:
      - name: greeting
        match: { destination-port: 7000 }
        agent: substitute
        settings:
          client-to-server: [ { find: "%1$s", replace: "%2$s" } ]
          server-to-client: [ { find: "%1$s", replace: "%2$s" } ]
      - name: once
        match: { destination-port: 7001 }
        agent: substitute
        settings:
          client-to-server: [ { find: "%1$s", replace: "%2$s", limit: 1 } ]
          server-to-client: [ { find: "%1$s", replace: "%2$s", limit: 1 } ]
      - { name: web, match: { destination-port: 8080 }, agent: substitute,
          settings: { server-to-client: [ { find: "%1$s", replace: "%2$s" } ] } }
      - { name: files, match: { destination-port: 21 }, agent: ftp, settings: { read-only: true } }
      - name: mail
        match: { destination-port: 25 }
        agent: smtp
        settings:
          relay: { local-domains: [ example.org ] }
          headers: { replace: [ { name: Subject, value: "%2$s" } ] }
          substitute: [ { find: "%1$s", replace: "%2$s" } ]
      - name: site
        match: { destination-port: 80 }
        agent: http
        settings:
          requests: [ { path: /admin, page: "%5$s" } ]
          urls: [ { inside: "http://%4$s", outside: "http://10.1.0.2" } ]
          replace: [ { find: "%1$s", replace: "%2$s" } ]
    events: { file: %3$s, per-second: 1000000 } # every edit the disk has time for
    """
        .formatted(FIND, REPLACE, quoted(events), INSIDE, DENIED);
  }

  /**
   * The configuration of a node of the cluster.
   *
   * @param members the addresses of all nodes, quoted
   * @param authority the directory with the certificates
   */
  static String clusterConfiguration(String node, String bind, String members, Path authority)
      throws IOException {
    return """
    # Written by `midstream demo --cluster`: what node %3$s was told.
    port: { kind: afpacket, inside: in0, outside: out0 }
    rules:
      - name: web
        match: { destination-port: 8080 }
        agent: substitute
        settings: { server-to-client: [ { find: "%1$s", replace: "%2$s" } ] }
    limits: { hold-time: 1h } # rather a long pause than a greeting that passes
    cluster:
      node: %3$s
      bind: "%4$s"
      members: [ %5$s ]
      delivery: shared-mac
      detect: 1s # the nodes share one machine, which may be busy
      tls: { authority: %6$s, certificate: %7$s, key: %8$s }
    """
        .formatted(
            FIND,
            REPLACE,
            node,
            bind,
            members,
            quoted(authority.resolve("ca.pem")),
            quoted(authority.resolve(node + ".pem")),
            quoted(authority.resolve(node + ".key")));
  }

  private static String quoted(Path path) throws IOException {
    return QUOTING.writeValueAsString(path.toString());
  }

  /** The text with every string replaced. */
  static String edited(String text) {
    return text.replace(FIND, REPLACE);
  }
}
