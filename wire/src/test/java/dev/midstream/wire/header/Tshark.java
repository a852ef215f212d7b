package dev.midstream.wire.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads captures with tshark, without reassembly and without parsing tunnels. */
final class Tshark {
  private static final List<String> DISABLED_PROTOCOLS =
      List.of("mpls", "gre", "pppoes", "icmp", "icmpv6", "udp", "sctp", "ah");

  private Tshark() {}

  static boolean isAvailable() {
    try {
      Process process = new ProcessBuilder("tshark", "--version").redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Writes all packets of {@code files}, one file after the other; tshark starts once for them. */
  static Path merge(List<Path> files, Path merged) throws IOException {
    List<String> command = new ArrayList<>(List.of("mergecap", "-a", "-w", merged.toString()));
    files.forEach(file -> command.add(file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readAllAsString()).isEmpty();
    }
    return merged;
  }

  static List<TsharkFrame> read(Path capture) {
    List<String> command =
        new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString(), "-T", "fields"));
    DISABLED_PROTOCOLS.forEach(name -> command.addAll(List.of("--disable-protocol", name)));
    for (String preference :
        List.of(
            "ip.defragment:FALSE",
            "ipv6.defragment:FALSE",
            "ip.check_checksum:TRUE",
            "tcp.check_checksum:TRUE",
            "tcp.desegment_tcp_streams:FALSE",
            "tcp.relative_sequence_numbers:FALSE")) {
      command.addAll(List.of("-o", preference));
    }
    command.addAll(List.of("-E", "occurrence=a", "-E", "separator=|", "-E", "aggregator=,"));
    for (String field : TsharkFrame.FIELDS) {
      command.addAll(List.of("-e", field));
    }
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    try (BufferedReader lines = builder.start().inputReader()) {
      return lines.lines().map(TsharkFrame::new).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
