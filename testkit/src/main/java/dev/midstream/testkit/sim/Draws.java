package dev.midstream.testkit.sim;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.tcp.Application;
import java.util.random.RandomGenerator;

/** Random parts of a simulation: addresses, paths and applications. */
public final class Draws {
  private static final long MILLI = 1_000_000L;

  private Draws() {}

  /** Ends of either IP version with random initial sequence numbers. */
  public static Ends ends(RandomGenerator random) {
    Ends ends = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
    return ends.withIsns(isn(random), isn(random));
  }

  /** An initial sequence number; half of them wrap within 4096 octets. */
  public static int isn(RandomGenerator random) {
    int any = random.nextInt();
    return any < 0 ? any >> 19 : any;
  }

  /** A path of up to 50 ms one way, with the box anywhere on it. */
  public static Path path(RandomGenerator random) {
    return Path.of(1 + random.nextLong(50 * MILLI)).withBoxAt(random.nextInt(101));
  }

  /** An application that writes fewer than {@code maxBytes} random octets. */
  public static Application writing(RandomGenerator random, int maxBytes) {
    byte[] octets = new byte[random.nextInt(maxBytes)];
    random.nextBytes(octets);
    return new Application().write(octets);
  }
}
