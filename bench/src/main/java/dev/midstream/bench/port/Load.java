package dev.midstream.bench.port;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A program that is a server, or a client that measures:
 *
 * <ul>
 *   <li>{@code serve PORT} serves all but mail until it is killed, {@code serve-mail PORT} mail;
 *   <li>{@code stream HOST PORT SECONDS WRITE-BYTES MARK-BYTES COUNT} sends over COUNT connections
 *       with a mark in every MARK-BYTES octets, and prints Gbit/s and the octets sent;
 *   <li>{@code mail HOST PORT SECONDS WRITE-BYTES} does the same with the text of one mail;
 *   <li>{@code download HOST PORT SECONDS counted|chunked} receives one body of HTTP, and prints
 *       Gbit/s and the octets received;
 *   <li>{@code talk HOST PORT SECONDS MESSAGE-BYTES} begins with a line that has the mark twice,
 *       and prints the median and the 99th percentile of the round trip in microseconds;
 *   <li>{@code connect HOST PORT SECONDS MESSAGE-BYTES COUNT} opens connections for one message
 *       each, COUNT at a time, and prints connections per second.
 * </ul>
 *
 * The first second is excluded from every figure but the octets sent.
 */
public final class Load {
  /** The time that is excluded at the start. */
  static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private Load() {}

  /** Serves, or measures and prints a line. */
  public static void main(String... arguments) throws IOException, InterruptedException {
    if (arguments[0].startsWith("serve")) {
      new LoadServer(number(arguments, 1), arguments[0].equals("serve-mail")).serve();
      return;
    }
    Target target = new Target(arguments[1], number(arguments, 2));
    long nanos = TimeUnit.SECONDS.toNanos(number(arguments, 3));
    System.out.println(
        arguments[0].equals("download")
            ? new DownloadLoad(target, nanos)
                .run(HttpAnswer.Framing.valueOf(arguments[4].toUpperCase(Locale.ROOT)))
            : send(target, nanos, arguments));
  }

  private static String send(Target target, long nanos, String... arguments)
      throws IOException, InterruptedException {
    int bytes = number(arguments, 4);
    return switch (arguments[0]) {
      case "stream" ->
          StreamLoad.marked(target, nanos, bytes, number(arguments, 5)).run(number(arguments, 6));
      case "mail" -> new StreamLoad(buffer -> Mail.open(target), nanos, Mail.text(bytes)).run(1);
      case "talk" -> new RoundTripLoad(target, nanos, bytes).run();
      case "connect" -> new ConnectLoad(target, nanos, bytes).run(number(arguments, 5));
      default -> throw new IllegalArgumentException("unknown load: " + arguments[0]);
    };
  }

  /** A line of figures with the given number of decimals. */
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
