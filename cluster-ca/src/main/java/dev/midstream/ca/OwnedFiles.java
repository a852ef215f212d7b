package dev.midstream.ca;

import dev.midstream.ca.AuthorityException.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Writes certificates and keys into a directory; never over a file that is there. */
final class OwnedFiles {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY = mode("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> READABLE = mode("rw-r--r--");
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE = mode("rwx------");

  private final Path directory;

  private OwnedFiles(Path directory) {
    this.directory = directory;
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }

  /** Makes the directory, for its owner alone, if it is missing. */
  static OwnedFiles in(Path directory) throws AuthorityException {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, PRIVATE);
      }
      return new OwnedFiles(directory);
    } catch (IOException e) {
      throw new AuthorityException(
          Problem.FILE, directory + ": cannot be made a directory, error=" + e, e);
    }
  }

  /** Checks that nothing has one of these names. */
  void checkAbsent(String... names) throws AuthorityException {
    for (String name : names) {
      for (String suffix : List.of(".pem", ".key")) {
        Path file = directory.resolve(name + suffix);
        if (Files.exists(file)) {
          throw new AuthorityException(Problem.FILE, file + ": exists; nothing is overwritten");
        }
      }
    }
  }

  /** Writes {@code NAME.key} and {@code NAME.pem}. */
  List<Path> write(String name, Identity identity) throws AuthorityException {
    Path key = directory.resolve(name + ".key");
    Path certificate = directory.resolve(name + ".pem");
    try {
      write(key, identity.keyText(), OWNER_ONLY);
      write(certificate, identity.certificateText(), READABLE);
    } catch (FileAlreadyExistsException e) {
      throw new AuthorityException(
          Problem.FILE, e.getFile() + ": exists; nothing is overwritten", e);
    } catch (IOException e) {
      throw new AuthorityException(
          AuthorityException.problemOf(e), key + ": cannot be written, error=" + e, e);
    }
    return List.of(certificate, key);
  }

  private static void write(
      Path file, String text, FileAttribute<Set<PosixFilePermission>> permissions)
      throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), permissions)) {
      ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
    }
  }
}
