package dev.midstream.gateway.output;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that one program at a time writes. The kernel's lock (fcntl(2)) lasts until the file is
 * closed or the program ends. It is a lock of the process: the program must not open the file a
 * second time meanwhile, because closing that would release it.
 *
 * <p>Readers need no lock, and one of flock(2) is another kind, which keeps no writer away. A read
 * lock of fcntl(2) does: only a user that may read the file can take one.
 */
public final class OwnedFile {
  /** Contents of connections are for the operator and a group of the operator's choice. */
  private static final String PERMISSIONS = "rw-r-----";

  private static final Set<StandardOpenOption> APPENDING =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);

  private OwnedFile() {}

  /**
   * Opens a file for appending. A new one may be read by its owner and group only. A pipe or a
   * device is not locked, nor is a file on a file system without locks.
   *
   * @throws FileInUseException if another program writes to it
   */
  public static FileChannel open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            APPENDING,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PERMISSIONS)));
    if (Files.isRegularFile(file) && !lock(channel)) {
      channel.close();
      throw new FileInUseException();
    }
    return channel;
  }

  /** Locks the file; false if another program has locked it. */
  private static boolean lock(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }
}
