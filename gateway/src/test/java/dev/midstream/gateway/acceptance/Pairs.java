package dev.midstream.gateway.acceptance;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of the substitute agent for both directions, with a naive implementation.
 *
 * @param name of the set
 * @param clientToServer pairs for the client's stream; the first match in the list wins
 * @param serverToClient pairs for the server's stream
 */
record Pairs(String name, List<Pair> clientToServer, List<Pair> serverToClient) {
  private static final HexFormat HEX = HexFormat.of();

  /** A string and its replacement. */
  record Pair(Octets find, Octets replacement) {
    static Pair ofText(String find, String replacement) {
      return new Pair(Octets.ofText(find), Octets.ofText(replacement));
    }

    static Pair ofHex(String find, String replacement) {
      return new Pair(Octets.of(HEX.parseHex(find)), Octets.of(HEX.parseHex(replacement)));
    }

    private boolean isAt(byte[] stream, int at) {
      int end = at + find.length();
      return end <= stream.length
          && Arrays.equals(stream, at, end, find.toArray(), 0, find.length());
    }

    private Map<String, String> setting() {
      return Map.of("find-hex", find.toString(), "replace-hex", replacement.toString());
    }
  }

  /** The stream after all replacements. */
  byte[] applyTo(byte[] stream, Direction direction) {
    List<Pair> pairs = direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    int at = 0;
    while (at < stream.length) {
      Pair found = firstAt(pairs, stream, at);
      if (found == null) {
        result.write(stream[at++]);
      } else {
        result.writeBytes(found.replacement().toArray());
        at += found.find().length();
      }
    }
    return result.toByteArray();
  }

  /** A configuration that gives every connection to an agent with these pairs. */
  String configuration(String mode) throws IOException {
    Object settings =
        Map.of(
            "client-to-server", clientToServer.stream().map(Pair::setting).toList(),
            "server-to-client", serverToClient.stream().map(Pair::setting).toList());
    Object rule = Map.of("name", name, "agent", "substitute", "settings", settings);
    // The naive implementation has no flush after silence, so the program must not flush either.
    Object limits = Map.of("hold-time", "720h");
    return new JsonMapper()
        .writeValueAsString(Map.of("mode", mode, "rules", List.of(rule), "limits", limits));
  }

  private static @Nullable Pair firstAt(List<Pair> pairs, byte[] stream, int at) {
    for (Pair pair : pairs) {
      if (pair.isAt(stream, at)) {
        return pair;
      }
    }
    return null;
  }
}
