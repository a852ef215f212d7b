package dev.midstream.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateReaderTest {
  private static final int LIMIT = 300;
  private static final int ROUNDS = 2_000;
  private static final int KINDS = 6;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, Long.MAX_VALUE})
  void readsNumbers(long value) {
    StateReader reader =
        new StateReader(new StateWriter().number(value).signed(value).signed(-value - 1).toArray());
    assertThat(reader.number(Long.MAX_VALUE)).isEqualTo(value);
    assertThat(reader.signed()).isEqualTo(value);
    assertThat(reader.signed()).isEqualTo(-value - 1);
    reader.end();
  }

  @Test
  void writesSmallValuesShort() {
    assertThat(new StateWriter().number(127).toArray()).hasSize(1);
    assertThat(new StateWriter().signed(-64).toArray()).hasSize(1);
    assertThat(new StateWriter().number(128).toArray()).hasSize(2);
    assertThat(new StateWriter().octets(Octets.ofText("abc")).toArray()).hasSize(4);
  }

  @Test
  void readsEachKind() {
    byte[] octets =
        new StateWriter()
            .flag(true)
            .flag(false)
            .choice(Direction.SERVER_TO_CLIENT, Direction.BOTH)
            .octets(Octets.of((byte) 0xff))
            .text("Grüße 🙂")
            .toArray();
    StateReader reader = new StateReader(octets);
    assertThat(reader.flag()).isTrue();
    assertThat(reader.flag()).isFalse();
    assertThat(reader.choice(Direction.BOTH)).isEqualTo(Direction.SERVER_TO_CLIENT);
    assertThat(reader.octets(1)).isEqualTo(Octets.of((byte) 0xff));
    assertThat(reader.text(12)).isEqualTo("Grüße 🙂");
    reader.end();
  }

  @Test
  void refusesWhatNoWriterWrites() {
    assertThatThrownBy(() -> new StateWriter().number(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StateWriter().text("\ud83d"))
        .isInstanceOf(IllegalArgumentException.class);
    refuse(reader -> reader.number(99), 100);
    refuse(StateReader::signed, 0x80, 0);
    refuse(StateReader::signed, 0x80);
    refuse(StateReader::signed, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2);
    refuse(StateReader::flag, 2);
    refuse(reader -> reader.choice(Direction.BOTH), 2);
    refuse(reader -> reader.octets(3), 4, 1, 2, 3, 4);
    refuse(reader -> reader.octets(3), 3, 1, 2);
    refuse(reader -> reader.text(3), 2, 0xc3, 0x28);
    refuse(StateReader::end, 0);
  }

  private interface Reading {
    void read(StateReader reader);
  }

  private static void refuse(Reading reading, int... octets) {
    byte[] bytes = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      bytes[i] = (byte) octets[i];
    }
    assertThatThrownBy(() -> reading.read(new StateReader(bytes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("state is damaged");
  }

  @Test
  @DisplayName("what damaged octets are read as is written as these octets again")
  void hasOneFormForOneValue() {
    int readable = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      int[] kinds = random.ints(random.nextInt(8), 0, KINDS).toArray();
      StateWriter writer = new StateWriter();
      for (int kind : kinds) {
        write(writer, kind, random);
      }
      byte[] octets = writer.toArray();
      assertThat(rewritten(octets, kinds)).as("seed=" + round).isEqualTo(octets);
      byte[] damaged = damaged(octets, random);
      try {
        assertThat(rewritten(damaged, kinds)).as("seed=" + round).isEqualTo(damaged);
        readable++;
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("state is damaged");
      }
    }
    assertThat(readable).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
  }

  private static byte[] damaged(byte[] octets, Random random) {
    byte[] copy = Arrays.copyOf(octets, Math.max(0, octets.length - random.nextInt(2)));
    if (copy.length > 0) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return copy;
  }

  private static void write(StateWriter writer, int kind, Random random) {
    switch (kind) {
      case 0 -> writer.number(random.nextLong() >>> (1 + random.nextInt(63)));
      case 1 -> writer.signed(random.nextLong() >> random.nextInt(64));
      case 2 -> writer.flag(random.nextBoolean());
      case 3 -> writer.choice(Direction.BOTH.get(random.nextInt(2)), Direction.BOTH);
      case 4 -> {
        byte[] run = new byte[random.nextInt(LIMIT)];
        random.nextBytes(run);
        writer.octets(Octets.of(run));
      }
      default -> writer.text("äö".repeat(random.nextInt(LIMIT / 4)));
    }
  }

  private static byte[] rewritten(byte[] octets, int[] kinds) {
    StateReader reader = new StateReader(octets);
    StateWriter writer = new StateWriter();
    for (int kind : kinds) {
      switch (kind) {
        case 0 -> writer.number(reader.number(Long.MAX_VALUE));
        case 1 -> writer.signed(reader.signed());
        case 2 -> writer.flag(reader.flag());
        case 3 -> writer.choice(reader.choice(Direction.BOTH), Direction.BOTH);
        case 4 -> writer.octets(reader.octets(LIMIT));
        default -> writer.text(reader.text(LIMIT));
      }
    }
    reader.end();
    return writer.toArray();
  }
}
