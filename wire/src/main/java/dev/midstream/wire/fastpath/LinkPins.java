package dev.midstream.wire.fastpath;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

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
    try (DirectoryStream<Path> all = Files.newDirectoryStream(pins, LINK + "*")) {
      for (Path each : all) {
        if (indexes.stream().noneMatch(index -> each.equals(file(pins, index)))) {
          KernelMaps.delete(each);
        }
      }
    } catch (IOException e) {
      throw new FastPathException("cannot look for pins in " + pins + ": " + e.getMessage());
    }
  }
}
