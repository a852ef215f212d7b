package dev.midstream.gateway.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a file is to be written. What is wrong with it is told before any work begins. */
final class OutputPlace {
  /** Links behind each other; the kernel follows no more. */
  private static final int MAX_LINKS = 40;

  private OutputPlace() {}

  /**
   * Checks that events can be written to a file, which is emptied at the start.
   *
   * @param events null for none
   * @param others files that it must not be
   * @throws InputException if they cannot, with the reason
   */
  static void checkEvents(@Nullable Path events, Path... others) throws InputException {
    if (events != null) {
      checkSeparate("events", events, others);
    }
  }

  /**
   * Checks that a file, which need not be there yet, can be written and is none of several others.
   *
   * @param what is written, a word in the plural
   * @throws InputException if it cannot, or is, with the reason
   */
  static void checkSeparate(String what, Path file, Path... others) throws InputException {
    for (Path other : others) {
      if (isShared(file, other)) {
        throw new InputException(
            file + ": " + what + " need a file of their own, shared with=" + other);
      }
    }
    check(file);
  }

  /**
   * The directory of {@code target}, in which a file can be made.
   *
   * @param named what the user calls it
   * @throws InputException if there is none, or nothing can be made in it
   */
  static Path directoryOf(Path named, Path target) throws InputException {
    Path directory = target.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new InputException(named + ": no such directory, directory=" + directory);
    }
    if (!Files.isWritable(directory)) {
      throw new InputException(named + ": permission denied, directory=" + directory);
    }
    return directory;
  }

  private static void check(Path file) throws InputException {
    if (Files.isDirectory(file)) {
      throw new InputException(file + ": is a directory");
    }
    if (!Files.exists(file)) {
      directoryOf(file, file);
    } else if (!Files.isWritable(file)) {
      throw new InputException(file + ": permission denied");
    }
  }

  /** Whether two names lead to one file, now or once it is made; a device or pipe may be shared. */
  private static boolean isShared(Path one, Path other) throws InputException {
    try {
      if (Files.exists(one) && Files.exists(other)) {
        return Files.isRegularFile(one) && Files.isSameFile(one, other);
      }
      return destination(one).equals(destination(other));
    } catch (IOException e) {
      throw new InputException(one + ": cannot be written, error=" + e);
    }
  }

  /** Where a file of this name is, or will be made, whatever links lead there. */
  private static Path destination(Path file) throws IOException {
    Path place = file.toAbsolutePath();
    for (int i = 0; i < MAX_LINKS && Files.isSymbolicLink(place); i++) {
      place = place.resolveSibling(Files.readSymbolicLink(place));
    }
    for (Path each : List.of(place, place.normalize())) {
      Path directory = each.getParent();
      if (directory != null && Files.isDirectory(directory)) {
        return directory.toRealPath().resolve(each.getFileName());
      }
    }
    return place.normalize();
  }
}
