package dev.midstream.gateway.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.gateway.acceptance.Endpoints.Endpoint;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one run of tshark reports about the TCP connections of a capture, by their numbers. */
final class Tshark {
  private static final HexFormat HEX = HexFormat.of();
  private static final String FOLLOWED = "Filter: tcp.stream eq ";

  private final Map<Integer, Stream> streams = new HashMap<>();

  private Tshark() {}

  /** One connection. */
  static final class Stream {
    private final ByteArrayOutputStream fromFirst = new ByteArrayOutputStream();
    private final ByteArrayOutputStream fromPeer = new ByteArrayOutputStream();
    private @Nullable Endpoint first;
    private int lost;
    private int wrongChecksums;

    /** Whether {@code end} is its first sender. */
    boolean isFirst(Endpoint end) {
      return end.equals(first);
    }

    /** The first sender's octets. */
    byte[] fromFirst() {
      return fromFirst.toByteArray();
    }

    /** Its peer's octets. */
    byte[] fromPeer() {
      return fromPeer.toByteArray();
    }

    /** Packets that show that others are missing. */
    int lost() {
      return lost;
    }

    /** Packets with a wrong checksum; 0 if checksums were not verified. */
    int wrongChecksums() {
      return wrongChecksums;
    }
  }

  /** Skips the test if there is no tshark. */
  static void assumeThere() {
    boolean there;
    try {
      Process process = new ProcessBuilder("tshark", "--version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      there = process.waitFor() == 0;
    } catch (IOException _) {
      there = false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      there = false;
    }
    assumeTrue(there, "skipped: no tshark on the path");
  }

  /** Reads {@code file}. With {@code checksums}, segments with a wrong checksum are left out. */
  static Tshark read(Path file, List<Integer> numbers, boolean checksums) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "tshark", "-n", "-r", file.toString(), "-Y", "tcp and not icmp and not icmpv6"));
    command.addAll(List.of("-o", "tcp.check_checksum:" + (checksums ? "TRUE" : "FALSE")));
    command.addAll(List.of("-T", "fields", "-E", "separator=|", "-E", "occurrence=l"));
    for (String field :
        List.of(
            "tcp.stream",
            "tcp.checksum.status",
            "tcp.analysis.lost_segment",
            "tcp.analysis.ack_lost_segment")) {
      command.addAll(List.of("-e", field));
    }
    for (int number : numbers) {
      command.addAll(List.of("-z", "follow,tcp,raw," + number));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    Tshark result = new Tshark();
    try (BufferedReader lines = builder.start().inputReader()) {
      result.parse(lines);
    }
    return result;
  }

  Stream stream(int number) {
    return streams.computeIfAbsent(number, _ -> new Stream());
  }

  private void parse(BufferedReader lines) throws IOException {
    Stream followed = null;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(FOLLOWED)) {
        followed = stream(Integer.parseInt(line.substring(FOLLOWED.length())));
      } else if (line.startsWith("====") || line.startsWith("Follow: ")) {
        followed = null;
      } else if (followed != null) {
        parseFollowed(followed, line);
      } else if (line.indexOf('|') > 0) {
        parseFields(line.split("\\|", -1));
      }
    }
  }

  private static void parseFollowed(Stream stream, String line) {
    if (line.startsWith("Node 0: ")) {
      stream.first =
          Endpoint.of(line.substring("Node 0: ".length()).replace("[", "").replace("]", ""));
    } else if (line.startsWith("\t")) {
      stream.fromPeer.writeBytes(HEX.parseHex(line.strip()));
    } else if (!line.startsWith("Node") && !line.isEmpty()) {
      stream.fromFirst.writeBytes(HEX.parseHex(line));
    }
  }

  private void parseFields(String[] fields) {
    Stream stream = stream(Integer.parseInt(fields[0]));
    if (Objects.equals(fields[1], "0")) {
      stream.wrongChecksums++;
    }
    if (!fields[2].isEmpty() || !fields[3].isEmpty()) {
      stream.lost++;
    }
  }
}
