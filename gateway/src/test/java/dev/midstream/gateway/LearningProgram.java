package dev.midstream.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * A program in a jar of its own that the launcher can start and train: it prints its arguments, or
 * has a process of the same JVM write an AOT cache.
 */
final class LearningProgram {
  private static final String CACHE = "--aot-cache";

  private LearningProgram() {}

  /** Writes the program to {@code jar}. */
  static void pack(Path jar) throws IOException {
    String entry = LearningProgram.class.getName().replace('.', '/') + ".class";
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, LearningProgram.class.getName());
    try (InputStream in = LearningProgram.class.getResourceAsStream("/" + entry);
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      if (in == null) {
        throw new IOException("no class file, entry=" + entry);
      }
      out.putNextEntry(new ZipEntry(entry));
      out.write(in.readAllBytes());
    }
  }

  /** Trains with {@code demo --aot-cache FILE}. */
  public static void main(String[] arguments) throws Exception {
    int at = List.of(arguments).indexOf(CACHE);
    if (at < 0) {
      for (String argument : arguments) {
        System.out.println(argument);
      }
      return;
    }
    List<String> command = own();
    command.add(1, "-XX:AOTCacheOutput=" + arguments[at + 1]);
    System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  /** The command that has started this process, without the arguments of the program. */
  private static List<String> own() {
    ProcessHandle.Info info = ProcessHandle.current().info();
    List<String> arguments = List.of(info.arguments().orElseThrow());
    List<String> command = new ArrayList<>(List.of(info.command().orElseThrow()));
    command.addAll(arguments.subList(0, arguments.indexOf("-jar") + 2));
    return command;
  }
}
