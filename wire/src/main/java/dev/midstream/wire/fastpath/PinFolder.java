package dev.midstream.wire.fastpath;

import static dev.midstream.wire.fastpath.KernelMaps.require;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The folder of the directories of pins of all nodes.
 *
 * @param root where the bpf file system is mounted
 */
record PinFolder(Path root) {
  /*
   * A user needs no right but to open a directory to lock it with flock(2), so that another one waits. Other
   * users may look for pins, but they cannot open what a start locks:
   *
   *   midstream                 rwxr-xr-x   all may look
   *     lock                    rwx------   locked while a start looks for pins, or removes some
   *     NUMBER-INSIDE-OUTSIDE   rwx--x--x   locked while its node runs
   */

  /** The one of the machine. */
  static final PinFolder OWN = new PinFolder(Path.of("/sys/fs/bpf"));

  /** A directory of pins. */
  static final String PINS = "rwx--x--x";

  private static final String FOLDER = "midstream";
  private static final String FOLDER_PERMISSIONS = "rwxr-xr-x";
  private static final String LOCK = "lock";
  private static final String LOCK_PERMISSIONS = "rwx------";
  private static final String TYPE = "bpf";
  private static final String MODE = "mode=0700";
  private static final String USER = "unix:uid";
  private static final Path PROCESS = Path.of("/proc/self");
  private static final Path OWN_MOUNTS = Path.of("/proc/self/ns/mnt");
  private static final Path FIRST_MOUNTS = Path.of("/proc/1/ns/mnt");

  /** O_DIRECTORY and O_CLOEXEC are the same on all machines that have Java. */
  static final int DIRECTORY = directoryFlag() | 0x8_0000;

  /** A start that resets connections of many dead nodes takes about a second for each. */
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private static final long STEP_NANOS = 5_000_000;
  private static final int NOTHING = -1;

  private static int directoryFlag() {
    return System.getProperty("os.arch").equals("aarch64") ? 0x4000 : 0x1_0000;
  }

  /** What only one start at a time has, until it is closed. */
  static final class Hold implements AutoCloseable {
    private final Linux linux;
    private final int descriptor;

    private Hold(Linux linux, int descriptor) {
      this.linux = linux;
      this.descriptor = descriptor;
    }

    @Override
    public void close() {
      if (descriptor != NOTHING) {
        int ignored = linux.close(descriptor);
      }
    }
  }

  Path path() {
    return root.resolve(FOLDER);
  }

  /**
   * Waits until no other start holds the folder. Makes it if it is not there, and mounts the file
   * system if there is none.
   */
  Hold lock(Linux linux) throws FastPathException {
    return lock(linux, PATIENCE_NANOS);
  }

  /** The same, waiting no longer than {@code patienceNanos}. */
  Hold lock(Linux linux, long patienceNanos) throws FastPathException {
    mount(linux);
    make(path(), FOLDER_PERMISSIONS);
    requireOwn(path());
    Path lock = path().resolve(LOCK);
    make(lock, LOCK_PERMISSIONS);
    requireOwn(lock);
    int descriptor = linux.open(lock.toString(), DIRECTORY);
    require("open " + lock, descriptor);
    Hold hold = new Hold(linux, descriptor);
    try {
      await(linux, descriptor, lock, patienceNanos);
      return hold;
    } catch (FastPathException e) {
      hold.close();
      throw e;
    }
  }

  private static void await(Linux linux, int descriptor, Path lock, long patienceNanos)
      throws FastPathException {
    long beganNanos = System.nanoTime();
    int locked = linux.lock(descriptor);
    while (locked == -Errno.EAGAIN && System.nanoTime() - beganNanos < patienceNanos) {
      LockSupport.parkNanos(STEP_NANOS); // a lock with a limit has no call of its own
      locked = linux.lock(descriptor);
    }
    if (locked == -Errno.EAGAIN) {
      throw new FastPathException(
          "another start of midstream looks for pins still, and holds " + lock);
    }
    require("lock " + lock, locked);
  }

  /**
   * The same for a start that makes no pins: nothing is held if the folder is not there, or the
   * user may pin nothing there.
   */
  Hold lockIfThere(Linux linux) throws FastPathException {
    boolean isUsed = Files.isDirectory(path()) && isOwn(path()) && Files.isWritable(path());
    return isUsed ? lock(linux) : new Hold(linux, NOTHING);
  }

  /** Makes a directory, or sets the permissions of one that is there. */
  static void make(Path path, String permissions) throws FastPathException {
    Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(permissions);
    try {
      try {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(wanted));
      } catch (FileAlreadyExistsException _) {
        restrict(path, wanted);
      }
    } catch (IOException e) {
      throw new FastPathException("cannot make the directory of pins " + path + ": " + e);
    }
  }

  /** One that belongs to another user stays as it is. */
  private static void restrict(Path path, Set<PosixFilePermission> wanted) throws IOException {
    if (!wanted.containsAll(Files.getPosixFilePermissions(path)) && isOwn(path)) {
      Files.setPosixFilePermissions(path, wanted);
    }
  }

  /** Another user than root could change, or hide, what is pinned there. */
  private static void requireOwn(Path path) throws FastPathException {
    if (!isOwn(path)) {
      throw new FastPathException(
          "the directory of pins %s belongs to another user, id=%s: remove it"
              .formatted(path, user(path, LinkOption.NOFOLLOW_LINKS)));
    }
  }

  private static boolean isOwn(Path path) {
    int user = user(path, LinkOption.NOFOLLOW_LINKS);
    return user == 0 || user == user(PROCESS);
  }

  private static int user(Path path, LinkOption... options) {
    try {
      return (int) Files.getAttribute(path, USER, options);
    } catch (IOException _) {
      return NOTHING;
    }
  }

  /** All directories of nodes that the user may see. */
  List<Path> all() {
    try (Stream<Path> all = Files.list(path())) {
      return all.filter(each -> !each.endsWith(LOCK)).sorted().toList();
    } catch (IOException | UncheckedIOException _) {
      return List.of();
    }
  }

  /** Whether the user of the process may not look for it. */
  boolean isHidden() {
    return isHidden(path());
  }

  static boolean isHidden(Path folder) {
    try {
      BasicFileAttributes ignored = Files.readAttributes(folder, BasicFileAttributes.class);
      return !Files.isExecutable(folder);
    } catch (AccessDeniedException _) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private void mount(Linux linux) throws FastPathException {
    if (isMounted()) {
      return;
    }
    if (isElsewhere()) {
      throw new FastPathException(
          "there is no bpf file system at %s, and one that is mounted here ends with the program:"
                  .formatted(root)
              + " it has a mount name space of its own; mount it there before the start");
    }
    int result = linux.mount(TYPE, root.toString(), MODE);
    if (result < 0) {
      throw new FastPathException(
          "there is no bpf file system at %s, and none can be mounted: error=%s"
              .formatted(root, Errno.text(-result)));
    }
  }

  private boolean isMounted() {
    try {
      return Files.getFileStore(root).type().equals(TYPE);
    } catch (IOException _) {
      return false;
    }
  }

  /** Whether what is mounted here is not seen by the first process of the machine. */
  private static boolean isElsewhere() {
    try {
      Path own = Files.readSymbolicLink(OWN_MOUNTS);
      return !own.equals(Files.readSymbolicLink(FIRST_MOUNTS));
    } catch (IOException _) {
      return false; // it may not look
    }
  }
}
