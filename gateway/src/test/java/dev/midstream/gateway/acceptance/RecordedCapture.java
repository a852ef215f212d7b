package dev.midstream.gateway.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.gateway.acceptance.Ends.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A recorded capture, and what three other programs say about it.
 *
 * @param path where it lies
 * @param name its folder and file name
 * @param streams its TCP connections, in the order of their first packets
 */
record RecordedCapture(Path path, String name, List<RecordedStream> streams) {
  private static final Path FOLDER = Path.of("../../shared/captures");

  /** Connections that have everything to be edited, and cannot be. */
  private static final Map<String, String> EXCEPTIONS =
      Map.of("tcp/tcp-synthetic-11.pcap 9", "its SYN was recorded behind the octets it opens");

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * One connection.
   *
   * @param number its number in tshark
   * @param ends the first sender seen, and the other end
   * @param bothSyns whether SYN and SYN-ACK were recorded
   * @param forth what the first sender said
   * @param back what the other end said
   */
  record RecordedStream(
      int number, Ends ends, boolean bothSyns, RecordedDirection forth, RecordedDirection back) {}

  /**
   * One direction.
   *
   * @param firm whether all programs agree on it, and nothing is missing
   * @param sha256 of its octets
   */
  record RecordedDirection(boolean firm, String sha256) {}

  /** All captures; aborts the test when there are none. */
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

  /** The connections with both SYNs of which at least one direction is firm ground. */
  List<RecordedStream> editable() {
    return streams.stream()
        .filter(stream -> stream.bothSyns() && (stream.forth().firm() || stream.back().firm()))
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
              new Ends(
                  End.of(stream.get("client").asText()), End.of(stream.get("server").asText())),
              stream.get("facts").path("syn").asInt() >= 2,
              direction(stream.get("c2s")),
              direction(stream.get("s2c"))));
    }
    return new RecordedCapture(FOLDER.resolve(name), name, streams);
  }

  private static RecordedDirection direction(JsonNode direction) {
    boolean firm =
        direction.get("verdict").asText().equals("agree3") && direction.get("gaps").isEmpty();
    return new RecordedDirection(firm, direction.get("sha256").asText());
  }
}
