package dev.midstream.gateway.command;

import dev.midstream.gateway.output.FileErrors;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of output files. They find every problem before the work begins. */
final class OutputPlace {
  /** Length of a chain of symbolic links; the kernel follows no longer one. */
  private static final int MAX_LINKS = 40;

  /** What Java reads in place of octets that are no characters. */
  private static final char REPLACEMENT_CHARACTER = '\ufffd';

  private OutputPlace() {}

  /**
   * Checks that events can be written to a file, which {@code rewrite} will empty.
   *
   * @param events null for none
   * @param others files that it must not be
   * @throws InputException with the reason
   */
  static void checkEvents(@Nullable Path events, Path... others) throws InputException {
    if (events != null) {
      checkSeparate("events", events, others);
    }
  }

  /**
   * Checks that a file can be written and is none of the others. It need not exist.
   *
   * @param what the content, a word in the plural
   * @throws InputException with the reason
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
   * The directory of {@code target}, which must exist and be writable.
   *
   * @param named the file as the user named it
   * @throws InputException with the reason
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

  /**
   * Whether two names lead to the same file, also if it does not exist yet. Devices and pipes may
   * be shared.
   */
  private static boolean isShared(Path one, Path other) throws InputException {
    try {
      if (Files.exists(one) && Files.exists(other)) {
        return Files.isRegularFile(one) && Files.isSameFile(one, other);
      }
      return destination(one).equals(destination(other));
    } catch (IOException e) {
      throw new InputException(one + ": cannot be written, error=" + FileErrors.reason(e));
    }
  }

  /**
   * Whether a file exists.
   *
   * @throws FileSystemException if that cannot be found out, for example because its name is too
   *     long
   */
  static boolean exists(Path file) throws IOException {
    try {
      Files.readAttributes(file, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException _) {
      return false;
    }
  }

  /**
   * Checks that a name has no octets that are no characters of the locale: Java cannot pass them on
   * to the system.
   *
   * @throws InputException with what to do
   */
  static void checkName(Path file) throws InputException {
    if (file.toString().indexOf(REPLACEMENT_CHARACTER) >= 0) {
      throw new InputException(
          file + ": the name has octets that are not UTF-8, use another name or a link");
    }
  }

  /** The path of a file after all symbolic links, also if it does not exist yet. */
  static Path destination(Path file) throws IOException {
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
