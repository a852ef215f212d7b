package dev.midstream.gateway.record;

import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The recordings of earlier runs beside the one of this run: {@code both.1.pcapng} is the latest,
 * {@code both.9.pcapng} the earliest that is kept.
 */
final class EarlierRecordings {
  static final int MAX_KEPT = 9;

  private EarlierRecordings() {}

  /**
   * Whether a file holds anything but the header of a recording. A start that fails must not push
   * out what was recorded. Must not be called while this program has the file locked.
   */
  static boolean isWorthKeeping(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) == 0) {
      return false;
    }
    try (CaptureReader reader = CaptureReader.open(file)) {
      return reader.next(new Packet()) || reader.damage() != null;
    } catch (IOException _) {
      return true; // it is no capture, and not ours to empty
    }
  }

  /** Renames a recording and those before it. The earliest beyond the limit is deleted. */
  static void rename(Path file) throws IOException {
    Path current = file.toRealPath();
    for (int age = MAX_KEPT - 1; age >= 1; age--) {
      if (Files.exists(name(current, age))) {
        move(name(current, age), name(current, age + 1));
      }
    }
    move(current, name(current, 1));
  }

  private static void move(Path from, Path to) throws IOException {
    Path ignored = Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The name of a recording that {@code age} runs have followed: the number precedes the suffix.
   */
  private static Path name(Path file, int age) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    int end = dot > 0 ? dot : name.length();
    return file.resolveSibling(name.substring(0, end) + "." + age + name.substring(end));
  }
}
