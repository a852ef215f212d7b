package dev.midstream.reassembly.live;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.tcp.Application;
import java.util.random.RandomGenerator;

/** What the random tests of this package draw. */
final class Drawn {
  private static final long MILLI = 1_000_000L;

  private Drawn() {}

  /** Ends of either version with any initial numbers. */
  static Ends ends(RandomGenerator random) {
    Ends ends = random.nextBoolean() ? Ends.IPV4 : Ends.IPV6;
    return ends.withIsns(isn(random), isn(random));
  }

  /** An initial number; every other one is so high that the numbers wrap within 4096 octets. */
  static int isn(RandomGenerator random) {
    int any = random.nextInt();
    return any < 0 ? any >> 19 : any;
  }

  /** A path of up to 50 ms with the box anywhere. */
  static Path path(RandomGenerator random) {
    return Path.of(1 + random.nextLong(50 * MILLI)).withBoxAt(random.nextInt(101));
  }

  /** An application that writes fewer than {@code mostBytes} octets. */
  static Application writing(RandomGenerator random, int mostBytes) {
    byte[] octets = new byte[random.nextInt(mostBytes)];
    random.nextBytes(octets);
    return new Application().write(octets);
  }
}
