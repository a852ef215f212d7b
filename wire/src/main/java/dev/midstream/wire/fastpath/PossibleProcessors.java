package dev.midstream.wire.fastpath;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many values the kernel has of what it counts for each processor that may be there. */
final class PossibleProcessors {
  private static final Path LIST = Path.of("/sys/devices/system/cpu/possible");

  private PossibleProcessors() {}

  /** From 1 on. */
  static int count() throws FastPathException {
    try {
      String text = Files.readString(LIST).strip();
      return Integer.parseInt(text.substring(text.lastIndexOf('-') + 1)) + 1;
    } catch (IOException | NumberFormatException e) {
      throw new FastPathException("cannot read " + LIST + ": " + e.getMessage());
    }
  }
}
