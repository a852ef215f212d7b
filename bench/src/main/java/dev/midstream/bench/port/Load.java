package dev.midstream.bench.port;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A program that is a server, or a client which measures:
 *
 * <ul>
 *   <li>{@code serve PORT} until it is killed;
 *   <li>{@code stream HOST PORT SECONDS WRITE-BYTES MARK-BYTES COUNT} sends by so many connections,
 *       a mark in every so many octets, and prints Gbit/s and all octets sent;
 *   <li>{@code talk HOST PORT SECONDS MESSAGE-BYTES} prints the median and the 99th percentile of
 *       the round trip, in microseconds;
 *   <li>{@code connect HOST PORT SECONDS MESSAGE-BYTES COUNT} opens connections for one message
 *       each, so many at a time, and prints how many a second.
 * </ul>
 *
 * The first second is left out of every figure but the octets sent.
 */
public final class Load {
  /** What is left out at the beginning. */
  static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private Load() {}

  /** Serves, or measures and prints a line. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    if (arguments[0].equals("serve")) {
      new LoadServer(number(arguments, 1)).serve();
      return;
    }
    Target target = new Target(arguments[1], number(arguments, 2));
    long nanos = TimeUnit.SECONDS.toNanos(number(arguments, 3));
    int bytes = number(arguments, 4);
    System.out.println(
        switch (arguments[0]) {
          case "stream" ->
              new StreamLoad(target, nanos, bytes, number(arguments, 5)).run(number(arguments, 6));
          case "talk" -> new TalkLoad(target, nanos, bytes).run();
          case "connect" -> new ConnectLoad(target, nanos, bytes).run(number(arguments, 5));
          default -> throw new IllegalArgumentException("unknown load: " + arguments[0]);
        });
  }

  /** Figures of a line, with so many decimals. */
  static String line(int decimals, double... figures) {
    StringBuilder line = new StringBuilder();
    for (double figure : figures) {
      line.append(line.isEmpty() ? "" : " ")
          .append(String.format(Locale.ROOT, "%." + decimals + "f", figure));
    }
    return line.toString();
  }

  private static int number(String[] arguments, int index) {
    return Integer.parseInt(arguments[index]);
  }
}
