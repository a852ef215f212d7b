package dev.midstream.wire.fastpath;

import static dev.midstream.wire.fastpath.KernelMaps.require;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the bpf file system for the pins of one node: what is pinned there outlives the
 * process. It is locked while the node runs.
 */
final class PinDirectory implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/bpf");
  private static final String TYPE = "bpf";
  private static final String MODE = "mode=0700";
  private static final String FOLDER = "midstream";

  /** O_DIRECTORY and O_CLOEXEC are the same on all machines that have Java. */
  private static final int DIRECTORY = directoryFlag() | 0x8_0000;

  private static final Path OWN_MOUNTS = Path.of("/proc/self/ns/mnt");
  private static final Path FIRST_MOUNTS = Path.of("/proc/1/ns/mnt");
  private static final Path NETWORK = Path.of("/proc/thread-self/ns/net");

  /** No start holds the folder of all directories for as long. */
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private static final long STEP_NANOS = 5_000_000;

  private final Linux linux;
  private final Path path;
  private final int descriptor;

  private PinDirectory(Linux linux, Path path, int descriptor) {
    this.linux = linux;
    this.path = path;
    this.descriptor = descriptor;
  }

  private static int directoryFlag() {
    return System.getProperty("os.arch").equals("aarch64") ? 0x4000 : 0x1_0000;
  }

  /**
   * Makes and locks the directory of the node between two interfaces of the thread's network name
   * space, or takes over the one that is on both, whatever these were called then and whichever was
   * inside. What has the name of the directory, but is on other interfaces, gets another one,
   * unless its program lives: then this one does. Mounts the file system at /sys/fs/bpf if there is
   * none. Two nodes that start together could take each other's: they look one after the other.
   */
  static PinDirectory open(Linux linux, String inside, String outside) throws FastPathException {
    make(linux, ROOT.resolve(FOLDER));
    int all = lockAll(linux, ROOT.resolve(FOLDER));
    try {
      return openAlone(linux, inside, outside);
    } finally {
      int ignored = linux.close(all);
    }
  }

  private static int lockAll(Linux linux, Path folder) throws FastPathException {
    int descriptor = linux.open(folder.toString(), DIRECTORY);
    require("open the directory of pins " + folder, descriptor);
    long beganNanos = System.nanoTime();
    int locked = linux.lock(descriptor);
    while (locked == -Errno.EAGAIN && System.nanoTime() - beganNanos < PATIENCE_NANOS) {
      LockSupport.parkNanos(STEP_NANOS); // a lock with a limit has no call of its own
      locked = linux.lock(descriptor);
    }
    if (locked < 0) {
      int ignored = linux.close(descriptor);
    }
    require("lock the directory of pins " + folder, locked);
    return descriptor;
  }

  private static PinDirectory openAlone(Linux linux, String inside, String outside)
      throws FastPathException {
    Path path = named(inside, outside);
    EarlierPins earlier = new EarlierPins(linux, Legs.found(linux, inside, outside));
    Path onBoth = earlier.onBoth(path);
    boolean isOfOthers = onBoth == null ? earlier.areOnOthers(path) : !onBoth.equals(path);
    boolean isFree = !isOfOthers || !Files.exists(path) || isMovedAway(linux, path);
    if (onBoth != null) {
      PinDirectory directory = open(linux, onBoth);
      return isFree && !onBoth.equals(path) ? directory.moved(path) : directory;
    }
    Path own = isFree ? path : free(path);
    make(linux, own);
    return open(linux, own);
  }

  /** Gives a directory of others another name, unless their program lives. */
  private static boolean isMovedAway(Linux linux, Path path) throws FastPathException {
    PinDirectory others = openFree(linux, path);
    if (others == null) {
      return false;
    }
    others.moved(free(path)).close(); // it stays if it has pins
    return true;
  }

  private static void make(Linux linux, Path path) throws FastPathException {
    mount(linux);
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new FastPathException("cannot make the directory of pins " + path + ": " + e);
    }
  }

  /** A name of no node for what had the name {@code path}. */
  private static Path free(Path path) {
    int number = 1;
    while (Files.exists(numbered(path, number))) {
      number++;
    }
    return numbered(path, number);
  }

  private static Path numbered(Path path, int number) {
    return path.resolveSibling(path.getFileName() + "-" + number);
  }

  /** Locks a directory that is there. */
  static PinDirectory open(Linux linux, Path path) throws FastPathException {
    PinDirectory directory = openFree(linux, path);
    if (directory == null) {
      throw new FastPathException(
          "another midstream holds the pins in " + path + ", end that one first");
    }
    return directory;
  }

  /** The same; null if a node that runs has locked it. */
  private static @Nullable PinDirectory openFree(Linux linux, Path path) throws FastPathException {
    int descriptor = linux.open(path.toString(), DIRECTORY);
    require("open the directory of pins " + path, descriptor);
    int locked = linux.lock(descriptor);
    if (locked < 0) {
      int ignored = linux.close(descriptor);
    }
    if (locked == -Errno.EAGAIN) {
      return null;
    }
    require("lock the directory of pins " + path, locked);
    return new PinDirectory(linux, path, descriptor);
  }

  private PinDirectory moved(Path to) throws FastPathException {
    try {
      return new PinDirectory(linux, Files.move(path, to), descriptor);
    } catch (IOException e) {
      int ignored = linux.close(descriptor);
      throw new FastPathException("cannot rename the directory of pins " + path + ": " + e);
    }
  }

  /** The directory of a node between two interfaces of the thread's network name space. */
  static Path named(String inside, String outside) throws FastPathException {
    return ROOT.resolve(FOLDER).resolve(name(inside, outside));
  }

  /** All directories of nodes that the user may see. */
  static List<Path> all() {
    try (Stream<Path> all = Files.list(ROOT.resolve(FOLDER))) {
      return all.sorted().toList();
    } catch (IOException | UncheckedIOException _) {
      return List.of();
    }
  }

  /** Whether a directory was made in the thread's network name space. */
  static boolean isOfNetwork(Path path) throws FastPathException {
    return path.getFileName().toString().startsWith(network() + "-");
  }

  /** Whether the user of the process may not look for it. */
  static boolean isHidden() {
    return isHidden(ROOT.resolve(FOLDER));
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

  private static void mount(Linux linux) throws FastPathException {
    if (isMounted()) {
      return;
    }
    if (isElsewhere()) {
      throw new FastPathException(
          "there is no bpf file system at %s, and one that is mounted here ends with the program:"
                  .formatted(ROOT)
              + " it has a mount name space of its own; mount it there before the start");
    }
    int result = linux.mount(TYPE, ROOT.toString(), MODE);
    if (result < 0) {
      throw new FastPathException(
          "there is no bpf file system at %s, and none can be mounted: error=%s"
              .formatted(ROOT, Errno.text(-result)));
    }
  }

  private static boolean isMounted() {
    try {
      return Files.getFileStore(ROOT).type().equals(TYPE);
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

  /** Equal at each start of a node: the network name space and the two interfaces. */
  private static String name(String inside, String outside) throws FastPathException {
    return network() + "-" + plain(inside) + "-" + plain(outside);
  }

  private static String network() throws FastPathException {
    try {
      return Files.readSymbolicLink(NETWORK).toString().replaceAll("[^0-9]", "");
    } catch (IOException e) {
      throw new FastPathException("cannot tell the network name space: " + e);
    }
  }

  /** The file system has no dots in names. */
  private static String plain(String name) {
    StringBuilder plain = new StringBuilder();
    name.chars()
        .forEach(letter ->
            plain.append(
                Character.isLetterOrDigit(letter) && letter < 128
                    ? Character.toString(letter)
                    : "_%x_".formatted(letter)));
    return plain.toString();
  }

  Path path() {
    return path;
  }

  /** Removes the directory, unless pins are left in it, and unlocks it. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException _) {
      // The next node that starts here finds it.
    }
    int ignored = linux.close(descriptor);
  }
}
