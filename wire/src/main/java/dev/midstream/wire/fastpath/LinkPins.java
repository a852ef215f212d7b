package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Errno;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The pinned links of a program, one file for each interface in the directory of its pins. */
final class LinkPins {
  private static final String LINK = "link-";

  private LinkPins() {}

  /** The file of the interface with {@code index}. */
  static Path file(Path pins, int index) {
    return pins.resolve(LINK + index);
  }

  /** Removes the links of all interfaces but those with these indexes. */
  static void removeOthers(Path pins, Collection<Integer> indexes) throws FastPathException {
    try {
      for (Path each : files(pins)) {
        if (indexes.stream().noneMatch(index -> each.equals(file(pins, index)))) {
          KernelMaps.delete(each);
        }
      }
    } catch (IOException e) {
      throw new FastPathException("cannot look for pins in " + pins + ": " + e.getMessage());
    }
  }

  private static List<Path> files(Path pins) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(pins, LINK + "*")) {
      all.forEach(files::add);
      return files;
    }
  }

  /** None in a directory of a node that has just ended, or of another user. */
  private static List<Path> filesOrNone(Path pins) {
    try {
      return files(pins);
    } catch (IOException _) {
      return List.of();
    }
  }

  /**
   * Whether a link that is pinned there is attached to the interface with {@code index}, which may
   * have had another index, or been in another network name space, when that was done.
   */
  static boolean areOn(Linux linux, Path pins, int index) {
    BpfRequest request = new BpfRequest(linux);
    List<Integer> ids = idsOn(request, index);
    for (Path each : ids.isEmpty() ? List.<Path>of() : filesOrNone(pins)) {
      int link = request.open(each.toString());
      int id = link < 0 ? 0 : request.idOf(link);
      int _ = linux.close(link);
      if (id != 0 && ids.contains(id)) {
        return true;
      }
    }
    return false;
  }

  /** The ids of all links of the interface with {@code index}; none if the kernel does not tell. */
  private static List<Integer> idsOn(BpfRequest request, int index) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(JAVA_INT, BpfRequest.MAX_LINKS);
      int count = index == 0 ? 0 : request.linksOf(index, found);
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        ids.add(found.getAtIndex(JAVA_INT, i));
      }
      return ids;
    }
  }

  /**
   * Whether {@code link} is on the interface with {@code index} in the thread's network name space.
   */
  static boolean isOn(BpfRequest request, int link, int index) {
    int id = request.idOf(link);
    return id != 0 && idsOn(request, index).contains(id);
  }

  /**
   * The index that the interface of a pinned link has now; 0 if it is gone, or in another network
   * name space than the thread.
   *
   * @param index the one that it had when the link was pinned
   */
  static int indexNow(BpfRequest request, Linux linux, Path pins, int index) {
    int link = request.open(file(pins, index).toString());
    int now = link < 0 ? 0 : request.interfaceOf(link);
    boolean isHere = now != 0 && isOn(request, link, now);
    int ignored = linux.close(link);
    return isHere ? now : 0;
  }

  /**
   * Whether a link has the name of the interface with {@code index}, and the process may not ask
   * what is attached there, or the link is attached nowhere. An index is used again.
   */
  static boolean mayBeOn(Linux linux, Path pins, int index) {
    Path file = file(pins, index);
    if (!Files.exists(file)) {
      return false;
    }
    BpfRequest request = new BpfRequest(linux);
    try (Arena arena = Arena.ofConfined()) {
      if (request.linksOf(index, arena.allocate(JAVA_INT, BpfRequest.MAX_LINKS)) == -Errno.EPERM) {
        return true;
      }
    }
    int link = request.open(file.toString());
    int interfaceIndex = request.interfaceOf(link);
    int ignored = linux.close(link);
    return interfaceIndex == 0;
  }

  /** The indexes of the interfaces that have a file there. */
  static List<Integer> indexes(Path pins) {
    List<Integer> indexes = new ArrayList<>();
    for (Path each : filesOrNone(pins)) {
      String number = each.getFileName().toString().substring(LINK.length());
      if (number.matches("[0-9]{1,9}")) {
        indexes.add(Integer.valueOf(number));
      }
    }
    return indexes;
  }
}
