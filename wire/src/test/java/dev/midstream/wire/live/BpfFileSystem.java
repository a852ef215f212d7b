package dev.midstream.wire.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A bpf file system of a test's own: not every machine has mounted one at {@code /sys/fs/bpf}. */
public record BpfFileSystem(Path path) implements AutoCloseable {

  /** Ends the test as skipped where the kernel lets the user mount none. */
  public static BpfFileSystem mount() throws IOException {
    Path path = Files.createTempDirectory("midstream-bpf");
    boolean isMounted = run("mount", "-t", "bpf", "bpf", path.toString()) == 0;
    if (!isMounted) {
      Files.delete(path);
    }
    assumeTrue(isMounted, "skipped: no bpf file system can be mounted");
    return new BpfFileSystem(path);
  }

  /** The files in it that programs pinned: the kernel's own end in {@code .debug}. */
  List<String> pinned() throws IOException {
    try (Stream<Path> all = Files.list(path)) {
      return all.map(each -> each.getFileName().toString())
          .filter(name -> !name.endsWith(".debug"))
          .toList();
    }
  }

  @Override
  public void close() throws IOException {
    if (run("umount", path.toString()) == 0) {
      Files.delete(path);
    }
  }

  private static int run(String... command) throws IOException {
    return new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue();
  }
}
