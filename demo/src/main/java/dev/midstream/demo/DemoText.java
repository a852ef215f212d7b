package dev.midstream.demo;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;

/** The string that all scenes send, its replacement, and the configuration that edits it. */
final class DemoText {
  static final String FIND = "Hello world";
  static final String REPLACE = "Hi there";

  private static final JsonMapper QUOTING =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private DemoText() {}

  /** The box's configuration. */
  static String configuration(Path events) throws IOException {
    String quoted = QUOTING.writeValueAsString(events.toString());
    return """
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
    events: { file: %3$s, per-second: 1000000 } # every edit the disk has time for
    """
        .formatted(FIND, REPLACE, quoted);
  }

  /** The text with every string replaced. */
  static String edited(String text) {
    return text.replace(FIND, REPLACE);
  }
}
