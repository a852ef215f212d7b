package dev.midstream.wire.checksum;

import java.util.Random;

/** Random numbers with many edge cases of one's complement arithmetic, which has two zeros. */
public final class ChecksumEdgeCases {
  private ChecksumEdgeCases() {}

  /** Any 32 bits. */
  public static int any(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> 0xffff;
      case 3 -> 0xffff_0000;
      default -> random.nextInt();
    };
  }
}
