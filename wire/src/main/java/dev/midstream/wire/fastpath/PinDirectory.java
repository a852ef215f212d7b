package dev.midstream.wire.fastpath;

import static dev.midstream.wire.fastpath.KernelMaps.require;

import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the bpf file system for the pins of one node: what is pinned there outlives the
 * process. It is locked while the node runs.
 */
final class PinDirectory implements AutoCloseable {
  private static final Path NETWORK = Path.of("/proc/thread-self/ns/net");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final Linux linux;
  private final Path path;
  private final int descriptor;

  private PinDirectory(Linux linux, Path path, int descriptor) {
    this.linux = linux;
    this.path = path;
    this.descriptor = descriptor;
  }

  /**
   * Makes and locks the directory of the node between two interfaces of the thread's network name
   * space, or takes over the one that is on both, whatever these were called then and whichever was
   * inside. What has the name of the directory, but is on other interfaces, gets another one,
   * unless its program lives: then this one does. Mounts the file system at /sys/fs/bpf if there is
   * none. Two nodes that start together could take each other's: they look one after the other.
   */
  static PinDirectory open(Linux linux, String inside, String outside) throws FastPathException {
    try (PinFolder.Hold _ = PinFolder.OWN.lock(linux)) {
      return openAlone(linux, inside, outside);
    }
  }

  private static PinDirectory openAlone(Linux linux, String inside, String outside)
      throws FastPathException {
    Path path = named(inside, outside);
    EarlierPins earlier = new EarlierPins(linux, Legs.found(linux, inside, outside));
    Path onBoth = earlier.onBoth(path);
    boolean isOfOthers = onBoth == null ? earlier.areOnOthers(path) : !onBoth.equals(path);
    boolean isFree = !isOfOthers || !Files.exists(path) || isMovedAway(linux, path);
    if (onBoth != null) {
      PinDirectory directory = made(linux, onBoth);
      return isFree && !onBoth.equals(path) ? directory.moved(path) : directory;
    }
    return made(linux, isFree ? path : free(path));
  }

  /** Gives a directory of others another name, unless their program lives. */
  private static boolean isMovedAway(Linux linux, Path path) throws FastPathException {
    int descriptor = tryLock(linux, path);
    if (descriptor >= 0) {
      new PinDirectory(linux, path, descriptor)
          .moved(free(path))
          .close(); // it stays if it has pins
    }
    return descriptor != -Errno.EAGAIN;
  }

  /** Makes and locks a directory. The node that had it may remove it meanwhile, as its last act. */
  private static PinDirectory made(Linux linux, Path path) throws FastPathException {
    PinDirectory directory = null;
    while (directory == null) {
      PinFolder.make(path, PinFolder.PINS);
      directory = openIfThere(linux, path);
    }
    return directory;
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

  /**
   * Locks a directory; null if it is gone.
   *
   * @throws FastPathException also if a node that runs has locked it
   */
  static @Nullable PinDirectory openIfThere(Linux linux, Path path) throws FastPathException {
    int descriptor = tryLock(linux, path);
    if (descriptor == -Errno.EAGAIN) {
      throw new FastPathException(
          "another midstream holds the pins in " + path + ", end that one first");
    }
    return descriptor < 0 ? null : new PinDirectory(linux, path, descriptor);
  }

  /** Whether a node that runs has locked a directory. */
  static boolean isHeld(Linux linux, Path path) throws FastPathException {
    int descriptor = tryLock(linux, path);
    if (descriptor >= 0) {
      int ignored = linux.close(descriptor);
    }
    return descriptor == -Errno.EAGAIN;
  }

  /**
   * A descriptor that locks a directory; or the negative {@link Errno#EAGAIN} if a node that runs
   * has locked it, or {@link Errno#ENOENT} if it is gone.
   */
  private static int tryLock(Linux linux, Path path) throws FastPathException {
    int descriptor = linux.open(path.toString(), PinFolder.DIRECTORY);
    if (descriptor == -Errno.ENOENT) {
      return descriptor;
    }
    require("open the directory of pins " + path, descriptor);
    int locked = linux.lock(descriptor);
    boolean isKept = locked >= 0 && isAt(path, descriptor);
    if (isKept) {
      return descriptor;
    }
    int ignored = linux.close(descriptor);
    if (locked != -Errno.EAGAIN) {
      require("lock the directory of pins " + path, locked);
    }
    return locked < 0 ? locked : -Errno.ENOENT;
  }

  /** Whether a directory has not been removed between its opening and its locking. */
  private static boolean isAt(Path path, int descriptor) {
    try {
      return Files.isSameFile(path, DESCRIPTORS.resolve(Integer.toString(descriptor)));
    } catch (IOException _) {
      return false;
    }
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
    return PinFolder.OWN.path().resolve(name(inside, outside));
  }

  /**
   * Whether something is pinned in a directory, or the user may not look: nothing but a pin is a
   * file there.
   */
  static boolean mayHavePins(Path path) {
    try (Stream<Path> all = Files.list(path)) {
      return all.findAny().isPresent();
    } catch (NoSuchFileException _) {
      return false;
    } catch (IOException | UncheckedIOException _) {
      return true;
    }
  }

  /** Whether a directory was made in the thread's network name space. */
  static boolean isOfNetwork(Path path) throws FastPathException {
    return path.getFileName().toString().startsWith(network() + "-");
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
