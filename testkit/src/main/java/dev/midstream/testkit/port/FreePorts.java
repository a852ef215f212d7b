package dev.midstream.testkit.port;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback address at which nothing listens. They lie below those that a system gives
 * to connections by itself (RFC 6335 section 6; Linux begins at 32768). So no connection gets one
 * of them while its server is away.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END = 32_000;
  private static final int TRIALS = 1_000;

  private FreePorts() {}

  /**
   * {@code count} ports, each another one.
   *
   * @throws IOException if too few are free
   */
  public static List<Integer> find(int count) throws IOException {
    TreeSet<Integer> found = new TreeSet<>();
    for (int trial = 0; found.size() < count; trial++) {
      if (trial == TRIALS) {
        throw new IOException("no free port in " + TRIALS + " trials");
      }
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        found.add(port);
      }
    }
    return List.copyOf(found);
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (BindException e) {
      return false;
    }
  }
}
