package dev.midstream.demo;

import dev.midstream.demo.network.Network;
import dev.midstream.demo.program.Curl;
import dev.midstream.demo.program.ScratchDirectory;
import dev.midstream.demo.program.Vsftpd;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A file by FTP from a server that may be read only. No rule allows the port of its data: the
 * connection to it passes because the agent has read the reply that names it.
 */
final class FtpScene implements Scene {
  private static final int FILE_BYTES = 1_000_000;
  private static final String DENIED = "DELE report.txt";

  /** Not named by any reply. */
  private static final int OTHER_PORT = 50_100;

  @Override
  public String name() {
    return "a file by FTP";
  }

  @Override
  public List<String> missing() {
    List<String> missing = new ArrayList<>(Vsftpd.missing());
    missing.addAll(Curl.missing("ftp"));
    return missing;
  }

  @Override
  public Verdict run(Network network, Screen screen) throws IOException {
    screen.print("");
    screen.print("a file by FTP, by curl from vsftpd; ports without a rule are rejected");
    try (ScratchDirectory scratch = new ScratchDirectory("midstream-ftp-")) {
      Path root = Files.createDirectory(scratch.path().resolve("files"));
      Path report = Files.writeString(root.resolve("report.txt"), "to keep\n");
      byte[] octets = new byte[FILE_BYTES];
      new SplittableRandom(1).nextBytes(octets);
      Path file = Files.write(root.resolve("file"), octets);
      Path copy = scratch.path().resolve("copy");
      try (Vsftpd server = Vsftpd.start(network.server(), scratch.path(), root)) {
        String url = "ftp://" + Network.SERVER + "/file";
        Curl.Dialogue said = new Curl(network.client()).run(copy, "-Q", "*" + DENIED, url);
        String denial = screen.printAnswer(said, DENIED);
        screen.print("  client hears  " + said.heard("229"));
        screen.print("  client hears  " + said.heard("226"));
        boolean isDenied = denial.startsWith("502") && Files.exists(report);
        boolean isUnseen = !server.log().contains("DELE");
        boolean isWhole = Files.exists(copy) && Files.mismatch(file, copy) < 0;
        boolean isClosed = isRejected(network, screen);
        return new Verdict(
            name(),
            isDenied && isUnseen && isWhole && isClosed,
            "%s was denied, %,d octets over an announced connection"
                .formatted(DENIED, Files.exists(copy) ? Files.size(copy) : 0));
      }
    }
  }

  /** Whether no connection opens to a port that is open at the server and was not announced. */
  private static boolean isRejected(Network network, Screen screen) throws IOException {
    try (SocketPair sockets =
        SocketPair.of(network.client(), network.server(), Network.SERVER, OTHER_PORT)) {
      sockets.connect().close();
      screen.print("  port %d, which no reply named, is open".formatted(OTHER_PORT));
      return false;
    } catch (ConnectException e) {
      screen.print("  port %d, which no reply named: %s".formatted(OTHER_PORT, e.getMessage()));
      return true;
    }
  }
}
