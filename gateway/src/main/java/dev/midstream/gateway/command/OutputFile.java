package dev.midstream.gateway.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that appears completely or not at all: the content goes to a temporary file beside it,
 * which replaces it at the end. A pipe or device is written directly.
 */
final class OutputFile implements AutoCloseable {
  private final Path target;
  private final Path writeTo;
  private boolean committed;

  private OutputFile(Path target, Path writeTo) {
    this.target = target;
    this.writeTo = writeTo;
  }

  /**
   * Prepares an output file.
   *
   * @param in the file that is read meanwhile; must be another one
   * @param out the file to write; an existing one is replaced at the end
   * @throws InputException if it cannot be written, with the reason
   */
  static OutputFile open(Path in, Path out) throws InputException {
    try {
      if (!Files.exists(out)) {
        return beside(out, out);
      }
      check(in, out);
      return Files.isRegularFile(out) ? beside(out, out.toRealPath()) : new OutputFile(out, out);
    } catch (IOException e) {
      throw new InputException(out + ": cannot be written, error=" + e.getMessage());
    }
  }

  /** The file to write to until {@link #commit()}. */
  Path writeTo() {
    return writeTo;
  }

  /** Gives the written file its final name. */
  void commit() throws IOException {
    if (!writeTo.equals(target)) {
      Files.move(writeTo, target, StandardCopyOption.ATOMIC_MOVE);
    }
    committed = true;
  }

  /** Deletes the temporary file, unless it was committed. */
  @Override
  public void close() throws IOException {
    if (!committed && !writeTo.equals(target)) {
      Files.deleteIfExists(writeTo);
    }
  }

  private static void check(Path in, Path out) throws InputException, IOException {
    if (Files.isDirectory(out)) {
      throw new InputException(out + ": is a directory");
    }
    if (Files.isSameFile(in, out)) {
      throw new InputException(out + ": must not be the file that is read");
    }
    if (!Files.isWritable(out)) {
      throw new InputException(out + ": permission denied");
    }
  }

  private static OutputFile beside(Path named, Path target) throws InputException, IOException {
    Path directory = OutputPlace.directoryOf(named, target);
    Path beside =
        directory.resolve(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    Files.deleteIfExists(beside);
    Files.createFile(beside);
    // When a signal ends the program, close() is not called.
    beside.toFile().deleteOnExit();
    return new OutputFile(target, beside);
  }
}
