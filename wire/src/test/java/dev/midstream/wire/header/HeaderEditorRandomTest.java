package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.ethernet4;
import static dev.midstream.wire.header.TestFrames.ethernet6;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.checksum.ChecksumEdgeCases;
import dev.midstream.wire.packet.Packet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares the checksum after random edits with that of the whole segment. */
class HeaderEditorRandomTest {
  private static final int ROUNDS = 200_000;

  private final FrameView view = new FrameView();
  private final HeaderEditor editor = new HeaderEditor();

  @Test
  void updatesChecksumIncrementallyAtOddAndEvenOffsets() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(view.read(anySegment(random))).isEqualTo(FrameKind.TCP);
      editor.edit(view);
      for (int edits = 1 + random.nextInt(6); edits > 0; edits--) {
        edit(random);
      }
      editor.done();
      int incremental = view.checksumField();
      editor.edit(view).completeChecksum();
      String where = "new Random(%dL), round %d".formatted(seed, round);
      assertThat(incremental).as(where).isEqualTo(view.checksumField());
      assertThat(view.isIpv4HeaderChecksumRight()).as(where).isTrue();
    }
  }

  @Test
  void viewReflectsEdits() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    FrameView fresh = new FrameView();
    for (int round = 0; round < ROUNDS / 10; round++) {
      Packet packet = anySegment(random);
      assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
      assertThat(numbers(view).hasTimestamps()).isTrue();
      editor.edit(view);
      for (int edits = 1 + random.nextInt(6); edits > 0; edits--) {
        edit(random);
      }
      editor.done();
      assertThat(fresh.read(packet)).isEqualTo(FrameKind.TCP);
      String where = "new Random(%dL), round %d".formatted(seed, round);
      assertThat(numbers(view)).as(where).isEqualTo(numbers(fresh));
    }
  }

  private static Numbers numbers(FrameView view) {
    TcpOptionsView options = view.options();
    boolean has = options.hasTimestamps();
    return new Numbers(
        view.sequence(),
        view.acknowledgement(),
        view.flags(),
        view.windowField(),
        view.hopLimit(),
        view.ecn(),
        has,
        has ? options.timestampValue() : 0,
        has ? options.timestampEcho() : 0);
  }

  private record Numbers(
      int sequence,
      int acknowledgement,
      int flags,
      int window,
      int hopLimit,
      int ecn,
      boolean hasTimestamps,
      int timestampValue,
      int timestampEcho) {}

  private static Packet anySegment(Random random) {
    byte[] timestamps = hex("080a 01020304 05060708");
    byte[] sack = hex("0512 11121314 15161718 21222324 25262728");
    byte[] nop = {1};
    byte[] options =
        switch (random.nextInt(4)) {
          case 0 -> join(nop, timestamps, sack, nop, nop, nop);
          case 1 -> join(nop, sack, timestamps, nop, nop, nop);
          case 2 -> join(timestamps, sack);
          default -> join(nop, nop, timestamps, nop, nop, sack);
        };
    byte[] segment = tcp(options, counting(random.nextInt(9)));
    return random.nextBoolean() ? ethernet4(ipv4(segment)) : ethernet6(ipv6(segment));
  }

  private void edit(Random random) {
    switch (random.nextInt(10)) {
      case 0 -> editor.sequence(ChecksumEdgeCases.any(random));
      case 1 -> editor.acknowledgement(ChecksumEdgeCases.any(random));
      case 2 -> editor.window(ChecksumEdgeCases.any(random));
      case 3 -> editor.flags(ChecksumEdgeCases.any(random));
      case 4 -> editor.urgentPointer(ChecksumEdgeCases.any(random));
      case 5 -> editor.timestamps(ChecksumEdgeCases.any(random), ChecksumEdgeCases.any(random));
      case 6 -> editSack(random);
      case 7 -> editor.hopLimit(random.nextInt(256));
      case 8 -> editor.ecn(random.nextInt(4));
      default -> erase(random);
    }
  }

  private void editSack(Random random) {
    int blocks = view.options().sackBlocks();
    if (blocks > 0 && random.nextInt(3) > 0) {
      editor.sackBlock(
          random.nextInt(blocks), ChecksumEdgeCases.any(random), ChecksumEdgeCases.any(random));
    } else {
      editor.keepSackBlocks(random.nextInt(blocks + 1));
    }
  }

  private void erase(Random random) {
    if (random.nextInt(10) == 0) {
      int length = view.tcpHeaderLength() - 20;
      int start = random.nextInt(length);
      editor.eraseOption(view.tcpOffset() + 20 + start, random.nextInt(length - start));
    }
  }
}
