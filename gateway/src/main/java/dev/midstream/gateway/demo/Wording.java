package dev.midstream.gateway.demo;

/** What is looked for in all scenes, and what takes its place: one example for both directions. */
final class Wording {
  static final String FIND = "Hello world";
  static final String REPLACE = "Hi there";

  /** What a text becomes. */
  static String edited(String text) {
    return text.replace(FIND, REPLACE);
  }

  /** The configuration the box runs with, events beside it. */
  static final String CONFIGURATION =
      """
      # Written by `midstream demo`: what the box between client and server was told.
      port: { kind: afpacket, inside: in0, outside: out0 }
      rules:
        - name: greeting
          match: { destination-port: 7000 }
          agent: substitute
          settings:
            client-to-server: [ { find: "%1$s", replace: "%2$s" } ]
            server-to-client: [ { find: "%1$s", replace: "%2$s" } ]
        - name: web
          match: { destination-port: 8080 }
          agent: substitute
          settings:
            server-to-client: [ { find: "%1$s", replace: "%2$s" } ]
      events: { file: "%3$s" }
      """;

  private Wording() {}
}
