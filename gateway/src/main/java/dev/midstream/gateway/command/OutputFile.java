package dev.midstream.gateway.command;

import dev.midstream.gateway.output.FileErrors;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * A file that appears completely or not at all: the content goes to a temporary file beside it,
 * which replaces it at the end. A pipe or device is written directly.
 */
final class OutputFile implements AutoCloseable {
  /** Files of programs with the same process id that were killed. */
  private static final int MAX_LEFT_OVER = 1_000;

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
      OutputPlace.checkName(out);
      if (!OutputPlace.exists(out)) {
        Path destination = OutputPlace.destination(out);
        return beside(out, destination, !OutputPlace.exists(destination));
      }
      check(in, out);
      boolean regular = Files.isRegularFile(out);
      return regular ? beside(out, out.toRealPath(), false) : new OutputFile(out, out);
    } catch (IOException e) {
      throw new InputException(out + ": cannot be written, error=" + FileErrors.reason(e));
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

  private static OutputFile beside(Path named, Path target, boolean isNew)
      throws InputException, IOException {
    Path beside = newFileIn(OutputPlace.directoryOf(named, target));
    // When a signal ends the program, close() is not called.
    beside.toFile().deleteOnExit();
    if (!isNew) {
      keepAccess(target, beside);
    }
    return new OutputFile(target, beside);
  }

  /** Creates a hidden file. Its name is short whatever that of the output is. */
  private static Path newFileIn(Path directory) throws IOException {
    for (int i = 0; ; i++) {
      String name = ".midstream-" + ProcessHandle.current().pid() + "-" + i + ".part";
      try {
        return Files.createFile(directory.resolve(name));
      } catch (FileAlreadyExistsException e) {
        if (i == MAX_LEFT_OVER) {
          throw e;
        }
      }
    }
  }

  /** Gives the new file the mode of the one that it will replace, and its owner if possible. */
  private static void keepAccess(Path from, Path to) throws IOException {
    PosixFileAttributes access = Files.readAttributes(from, PosixFileAttributes.class);
    PosixFileAttributeView changed = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    try {
      changed.setGroup(access.group());
      changed.setOwner(access.owner());
    } catch (FileSystemException _) {
      // Only root may give a file away.
    }
    changed.setPermissions(access.permissions());
  }
}
