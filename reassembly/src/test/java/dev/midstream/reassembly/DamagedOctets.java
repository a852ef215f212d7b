package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.random.SeededRounds;
import java.util.List;
import java.util.random.RandomGenerator;

/** Octets of connections, some of which are changed or cut off. */
final class DamagedOctets {
  private static final int ROUNDS = 3_000;

  private DamagedOctets() {}

  /**
   * Reads damaged octets of {@code samples}. They are refused, or are a connection, and nothing is
   * left behind.
   */
  static void read(List<byte[]> samples) {
    SeededRounds.run(
        ROUNDS, random -> readOne(samples.get(random.nextInt(samples.size())), random));
  }

  private static void readOne(byte[] sample, RandomGenerator random) {
    byte[] octets = sample.clone();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      octets[random.nextInt(octets.length)] = (byte) random.nextInt();
    }
    int length = random.nextBoolean() ? octets.length : random.nextInt(octets.length);
    TestEngine engines = TestEngine.inline("Hello", "Hi");
    Engine engine = engines.engine();
    try {
      engine.moves().read(new StateReader(octets, 0, length), 0).free();
    } catch (MalformedState expected) {
      assertThat(expected).hasMessageNotContaining("null");
    }
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(engines.directBytes()).isZero();
  }
}
