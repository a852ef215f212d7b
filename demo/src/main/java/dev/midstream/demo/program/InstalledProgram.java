package dev.midstream.demo.program;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that may be installed.
 *
 * @param name as it is called
 * @param provider the package that brings it, for messages; the name itself if both are equal
 */
public record InstalledProgram(String name, String provider) {
  /** Where servers lie, which the PATH of ordinary users may leave out. */
  private static final List<Path> SERVERS =
      List.of(Path.of("/usr/sbin"), Path.of("/usr/local/sbin"), Path.of("/sbin"));

  /** A program whose name says what it belongs to. */
  public static InstalledProgram of(String name) {
    return new InstalledProgram(name, name);
  }

  /** Its name if it is not installed; otherwise nothing. */
  public List<String> missing() {
    boolean isThere = candidates().stream().anyMatch(InstalledProgram::isExecutable);
    return isThere ? List.of() : List.of(toString());
  }

  /**
   * Its path.
   *
   * @throws IOException if it is not installed
   */
  public String path() throws IOException {
    return candidates().stream()
        .filter(InstalledProgram::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IOException("not installed: " + this))
        .toString();
  }

  /** The name, and what it belongs to. */
  @Override
  public String toString() {
    return provider.equals(name) ? name : name + " of " + provider;
  }

  private List<Path> candidates() {
    String path = System.getenv().getOrDefault("PATH", "");
    List<Path> candidates = new ArrayList<>();
    for (String directory : path.split(File.pathSeparator, -1)) {
      candidates.add(Path.of(directory, name));
    }
    SERVERS.forEach(directory -> candidates.add(directory.resolve(name)));
    return candidates;
  }

  private static boolean isExecutable(Path path) {
    return Files.isRegularFile(path) && Files.isExecutable(path);
  }
}
