package dev.midstream.bench.cluster;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the kernels of both ends have counted since their start.
 *
 * @param repeated segments that were sent again, because they were lost or seemed so
 * @param needless reports of receivers that a segment had arrived before (D-SACK, RFC 2883)
 */
record TcpCounters(long repeated, long needless) {
  /** The sum of both ends. */
  static TcpCounters of(Namespace client, Namespace server) throws IOException {
    long repeated = 0;
    long needless = 0;
    for (Namespace end : List.of(client, server)) {
      repeated += read(end, "snmp", "Tcp:", "RetransSegs");
      needless += read(end, "netstat", "TcpExt:", "TCPDSACKRecv");
    }
    return new TcpCounters(repeated, needless);
  }

  TcpCounters since(TcpCounters before) {
    return new TcpCounters(repeated - before.repeated, needless - before.needless);
  }

  /** A line of names is followed by one of values. */
  private static long read(Namespace end, String file, String section, String name)
      throws IOException {
    List<String[]> lines =
        Files.readAllLines(Path.of("/proc/" + end.pid() + "/net/" + file)).stream()
            .filter(line -> line.startsWith(section))
            .map(line -> line.split(" "))
            .toList();
    int place = List.of(lines.getFirst()).indexOf(name);
    return Long.parseLong(lines.get(1)[place]);
  }
}
