package dev.midstream.gateway.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.gateway.acceptance.Endpoints.Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A recorded capture with the findings of three other programs.
 *
 * @param path the file
 * @param name its folder and file name
 * @param streams its TCP connections, in the order of their first packets
 */
record RecordedCapture(Path path, String name, List<RecordedStream> streams) {
  private static final Path FOLDER = Path.of("../../shared/captures");

  /** Connections that look editable but are not, and why. */
  private static final Map<String, String> EXCEPTIONS =
      Map.of("tcp/tcp-synthetic-11.pcap 9", "its SYN was recorded behind the octets it opens");

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * One connection.
   *
   * @param number its number in tshark
   * @param endpoints the first sender seen, and its peer
   * @param bothSyns whether SYN and SYN-ACK were recorded
   * @param fromFirst the first sender's stream
   * @param fromPeer its peer's stream
   */
  record RecordedStream(
      int number,
      Endpoints endpoints,
      boolean bothSyns,
      RecordedDirection fromFirst,
      RecordedDirection fromPeer) {}

  /**
   * One direction.
   *
   * @param complete whether all programs agree on it, and nothing is missing
   * @param sha256 of its octets
   */
  record RecordedDirection(boolean complete, String sha256) {}

  /** All captures; skips the test if there are none. */
  static List<RecordedCapture> all() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), () -> "skipped: no recorded captures at " + FOLDER);
    List<RecordedCapture> captures = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER.resolve("truth"))) {
      for (Path file : files.sorted().toList()) {
        captures.add(read(JSON.readTree(file.toFile())));
      }
    }
    assumeTrue(!captures.isEmpty(), () -> "skipped: no truth files at " + FOLDER);
    return captures;
  }

  /** The connections with both SYNs and at least one complete direction. */
  List<RecordedStream> editable() {
    return streams.stream()
        .filter(stream ->
            stream.bothSyns() && (stream.fromFirst().complete() || stream.fromPeer().complete()))
        .filter(stream -> !EXCEPTIONS.containsKey(name + " " + stream.number()))
        .toList();
  }

  private static RecordedCapture read(JsonNode truth) {
    String name = truth.get("capture").asText();
    List<RecordedStream> streams = new ArrayList<>();
    for (JsonNode stream : truth.get("streams")) {
      streams.add(
          new RecordedStream(
              stream.get("stream").asInt(),
              new Endpoints(
                  Endpoint.of(stream.get("client").asText()),
                  Endpoint.of(stream.get("server").asText())),
              stream.get("facts").path("syn").asInt() >= 2,
              direction(stream.get("c2s")),
              direction(stream.get("s2c"))));
    }
    return new RecordedCapture(FOLDER.resolve(name), name, streams);
  }

  private static RecordedDirection direction(JsonNode direction) {
    boolean complete =
        direction.get("verdict").asText().equals("agree3") && direction.get("gaps").isEmpty();
    return new RecordedDirection(complete, direction.get("sha256").asText());
  }
}
