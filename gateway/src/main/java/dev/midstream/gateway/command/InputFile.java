package dev.midstream.gateway.command;

import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is only read. */
final class InputFile {

  private InputFile() {}

  /**
   * Checks that a file can be read.
   *
   * @throws InputException if it cannot, with the reason
   */
  static void check(Path file) throws InputException {
    if (!Files.exists(file)) {
      throw new InputException(file + ": no such file");
    }
    if (Files.isDirectory(file)) {
      throw new InputException(file + ": is a directory");
    }
    if (!Files.isReadable(file)) {
      throw new InputException(file + ": permission denied");
    }
  }
}
