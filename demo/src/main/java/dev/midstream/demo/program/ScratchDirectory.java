package dev.midstream.demo.program;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A temporary directory that is removed with all that lies in it: when it is closed, or when the
 * program is told to end before.
 */
public final class ScratchDirectory implements AutoCloseable {
  private final Path path;
  private final Thread atEnd;

  /** Makes a directory whose name begins with {@code prefix}. */
  public ScratchDirectory(String prefix) throws IOException {
    path = Files.createTempDirectory(prefix);
    atEnd = Thread.ofPlatform().unstarted(this::remove);
    Runtime.getRuntime().addShutdownHook(atEnd);
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      boolean ignored = Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      return; // The program ends, and removes it.
    }
    remove();
  }

  private void remove() {
    try {
      Path ignored = Files.walkFileTree(path, new Removal());
    } catch (IOException e) {
      // A file that a server still writes to stays, and is not read again.
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
