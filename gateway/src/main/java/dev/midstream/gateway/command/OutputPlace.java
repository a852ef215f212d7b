package dev.midstream.gateway.command;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where a file is to be written. What is wrong with it is told before any work begins. */
final class OutputPlace {

  private OutputPlace() {}

  /**
   * Checks that a file, which need not be there yet, can be written.
   *
   * @throws InputException if it cannot, with the reason
   */
  static void check(Path file) throws InputException {
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
}
