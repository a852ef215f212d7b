package dev.midstream.gateway.plugin;

import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.ApiVersion;
import dev.midstream.gateway.output.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in that is loaded: a jar, or a folder whose jars are the plug-in and its libraries.
 *
 * @param place the jar or folder
 * @param providers by the names of their agents
 */
record Plugin(Path place, SortedMap<String, AgentProvider> providers) {
  private static final String JAR = ".jar";

  /**
   * The places of the plug-ins in a folder, in the order of their names: jars, and folders. Others
   * and those whose names start with a dot are none.
   */
  static List<Path> placesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !nameOf(file).startsWith("."))
          .filter(file -> isJar(file) || Files.isDirectory(file))
          .sorted()
          .toList();
    }
  }

  /**
   * Reads, checks and loads a plug-in. Code of it runs only after every jar is checked.
   *
   * @param signers one of them must have signed each jar; null if signatures do not matter
   * @param limit the time that each call of its code has
   */
  static Plugin load(Path place, @Nullable TrustedSigners signers, Duration limit)
      throws PluginException {
    List<PluginArchive> archives = new ArrayList<>();
    for (Path jar : jarsOf(place)) {
      try {
        archives.add(PluginArchive.read(jar, signers));
      } catch (PluginException e) {
        throw jar.equals(place) ? e : new PluginException(nameOf(jar) + " " + e.getMessage(), e);
      }
    }
    checkApi(archives);
    ForeignCalls calls = new ForeignCalls(limit);
    ClassLoader loader = new PluginClassLoader(nameOf(place), archives);
    SortedMap<String, AgentProvider> providers =
        Providers.byName(Providers.foundBy(loader, calls), calls);
    if (providers.isEmpty()) {
      throw new PluginException("names no agent of its own in " + PluginArchive.SERVICE);
    }
    return new Plugin(place, providers);
  }

  private static List<Path> jarsOf(Path place) throws PluginException {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> files = Files.list(place)) {
      List<Path> jars = files.filter(Plugin::isJar).sorted().toList();
      if (jars.isEmpty()) {
        throw new PluginException("has no jar");
      }
      return jars;
    } catch (IOException e) {
      throw new PluginException("cannot be read, error=" + FileErrors.reason(e), e);
    }
  }

  private static void checkApi(List<PluginArchive> archives) throws PluginException {
    List<PluginArchive> agents = archives.stream().filter(PluginArchive::hasProviders).toList();
    if (agents.isEmpty()) {
      throw new PluginException("names no agent, it needs an entry " + PluginArchive.SERVICE);
    }
    for (PluginArchive archive : agents) {
      String named = archive.apiVersion();
      if (named == null) {
        throw new PluginException(
            "its manifest lacks the version of the interface that it was"
                + " built with, attribute=Midstream-Agent-Api");
      }
      ApiVersion version = ApiVersion.parse(named);
      if (version == null || !ApiVersion.CURRENT.accepts(version)) {
        throw new PluginException(
            "was built with a version of the interface that this program"
                + " does not have, Midstream-Agent-Api="
                + named
                + " program="
                + ApiVersion.CURRENT);
      }
    }
  }

  private static boolean isJar(Path file) {
    return nameOf(file).endsWith(JAR) && !nameOf(file).startsWith(".") && !Files.isDirectory(file);
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString();
  }
}
