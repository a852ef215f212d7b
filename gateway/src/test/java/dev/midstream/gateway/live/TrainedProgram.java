package dev.midstream.gateway.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.midstream.demo.network.Privilege;
import dev.midstream.demo.traffic.SocketPair;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;

/**
 * The program as live tests start it, hundreds of times: the classes of the build in jars, and what
 * a JVM has learnt that ran as the node of a cluster (JEP 514), so that each start is short. Made
 * again when a class has changed.
 */
final class TrainedProgram {
  private static final Path HOME = Path.of("target", "trained-program").toAbsolutePath();
  private static final int CONNECTIONS = 4;
  private static final long OCTETS = 100_000;
  private static final int PORT = 7000;

  private final Path directory;
  private final Path cache;
  private final String classPath;

  private TrainedProgram(Path directory) throws IOException {
    this.directory = directory;
    cache = directory.resolve("program.aot");
    classPath = pack();
  }

  /** The options of Java for the classes of these tests. */
  static List<String> javaOptions() {
    return Made.PROGRAM.options();
  }

  /** Made at its first use, once in a JVM. */
  private static final class Made {
    static final TrainedProgram PROGRAM = make();

    private static TrainedProgram make() {
      try {
        Files.createDirectories(HOME);
        try (FileChannel file =
                FileChannel.open(
                    HOME.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock _ = file.lock()) {
          TrainedProgram program = new TrainedProgram(HOME.resolve(fingerprint()));
          program.train();
          return program;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private List<String> options() {
    List<String> options = new ArrayList<>();
    if (Files.exists(cache)) {
      options.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off"));
    }
    options.addAll(List.of("-cp", classPath));
    return options;
  }

  private static List<Path> classes() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(Files::exists)
        .toList();
  }

  /** Another one for other classes: of the names, sizes and times of all files. */
  private static String fingerprint() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path each : classes()) {
        for (Path file : files(each)) {
          String entry = file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
          digest.update(entry.getBytes(UTF_8));
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, Long.BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Packs each directory of the class path, unless it is packed; returns the path of jars. */
  private String pack() throws IOException {
    if (!Files.exists(directory)) {
      removeOthers();
      Files.createDirectories(directory);
    }
    List<String> jars = new ArrayList<>();
    for (Path each : classes()) {
      Path jar = each;
      if (Files.isDirectory(each)) {
        jar = directory.resolve(jars.size() + ".jar");
        if (!Files.exists(jar)) {
          pack(each, jar);
        }
      }
      jars.add(jar.toString());
    }
    return String.join(File.pathSeparator, jars);
  }

  private static void removeOthers() throws IOException {
    for (Path each : files(HOME)) {
      if (!each.endsWith("lock")) {
        Files.delete(each);
      }
    }
  }

  private static void pack(Path directory, Path jar) throws IOException {
    Path part = jar.resolveSibling("part");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(part))) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (Path file : files(directory)) {
        out.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
        Files.copy(file, out);
      }
    }
    Files.move(part, jar);
  }

  /**
   * Runs a node that edits a few connections, unless that was done. Where it cannot run, tests of
   * which it is none will say why.
   */
  private void train() throws IOException {
    if (Files.exists(cache) || Privilege.missing() != null) {
      return;
    }
    Path files = Files.createTempDirectory(directory, "training");
    try (LiveCluster cluster = new LiveCluster(files, 1, "shared-mac", "", this::training);
        SocketPair sockets =
            SocketPair.of(cluster.client(), cluster.server(), LiveCluster.SERVER, PORT)) {
      cluster.start(1);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(OCTETS);
        streams.assertWhole();
      }
      cluster.process(1).terminate();
      int ignored = cluster.awaitEnd(1);
    } catch (IOException | AssertionError e) {
      System.err.println("the program is not trained, tests take longer: " + e);
    }
  }

  private List<String> training(List<String> arguments) {
    List<String> options =
        List.of("-XX:AOTCacheOutput=" + cache, "-Xlog:aot*=off", "-cp", classPath);
    return Live.programWith(options, arguments.toArray(String[]::new));
  }
}
