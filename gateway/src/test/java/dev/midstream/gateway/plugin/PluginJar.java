package dev.midstream.gateway.plugin;

import dev.midstream.agent.AgentProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles sources and writes them into a jar, with entries and attributes of the manifest. */
public final class PluginJar {
  private static final String SERVICE = "META-INF/services/dev.midstream.agent.AgentProvider";

  private final List<JavaFileObject> sources = new ArrayList<>();
  private final List<String> classPath = new ArrayList<>(List.of(classPathOf(AgentProvider.class)));
  private final Map<String, byte[]> entries = new TreeMap<>();
  private final Manifest manifest = new Manifest();

  /** An empty jar. */
  public PluginJar() {
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
  }

  /**
   * A jar with one provider, {@code example.Provider}, of an agent that turns letters upper case.
   */
  public static PluginJar of(String agentName) {
    return of(agentName, "return new Upper();");
  }

  /** As {@link #of(String)}, with the body of {@link AgentProvider#create}. */
  public static PluginJar of(String agentName, String create) {
    return new PluginJar()
        .attribute("Midstream-Agent-Api", "1.0.0")
        .attribute("Implementation-Version", "1.2.3")
        .entry(SERVICE, "example.Provider\n")
        .source("example.Upper", UPPER)
        .source("example.Provider", PROVIDER.replace("NAME", agentName).replace("CREATE", create));
  }

  /** Adds a class. */
  public PluginJar source(String className, String text) {
    URI uri = URI.create("string:///" + className.replace('.', '/') + ".java");
    sources.add(
        new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
          }
        });
    return this;
  }

  /** Adds a jar or folder that the classes need. */
  public PluginJar compiledWith(Path library) {
    classPath.add(library.toString());
    return this;
  }

  /** Adds an entry, or replaces it. */
  public PluginJar entry(String name, String text) {
    return entry(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds an entry, or replaces it. */
  public PluginJar entry(String name, byte[] octets) {
    entries.put(name, octets);
    return this;
  }

  /** Sets a main attribute of the manifest. */
  public PluginJar attribute(String name, String value) {
    manifest.getMainAttributes().putValue(name, value);
    return this;
  }

  /** Removes a main attribute of the manifest. */
  public PluginJar without(String attribute) {
    manifest.getMainAttributes().remove(new Attributes.Name(attribute));
    return this;
  }

  /** Writes the jar, and the directories above it. Added entries win over compiled classes. */
  public Path write(Path file) throws IOException {
    Map<String, byte[]> all = new TreeMap<>(compiled());
    all.putAll(entries);
    Files.createDirectories(file.toAbsolutePath().getParent());
    try (OutputStream output = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(output, manifest)) {
      for (Map.Entry<String, byte[]> entry : all.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
        jar.closeEntry();
      }
    }
    return file;
  }

  private Map<String, byte[]> compiled() throws IOException {
    Map<String, byte[]> classes = new TreeMap<>();
    if (sources.isEmpty()) {
      return classes;
    }
    Path output = Files.createTempDirectory("midstream-plugin-");
    StringWriter messages = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of("-proc:none", "-d", output.toString(), "-cp", String.join(":", classPath));
    if (!compiler.getTask(messages, null, null, options, null, sources).call()) {
      throw new IllegalArgumentException(messages.toString());
    }
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (Files.isRegularFile(file)) {
          classes.put(output.relativize(file).toString(), Files.readAllBytes(file));
        }
        Files.delete(file);
      }
    }
    return classes;
  }

  private static String classPathOf(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }

  private static final String PROVIDER =
      """
      package example;

      import dev.midstream.agent.Agent;
      import dev.midstream.agent.AgentProvider;
      import dev.midstream.agent.settings.SettingsReader;

      public final class Provider implements AgentProvider {
        @Override
        public String name() {
          return "NAME";
        }

        @Override
        public Agent<?> create(SettingsReader settings) {
          CREATE
        }
      }
      """;

  private static final String UPPER =
      """
      package example;

      import dev.midstream.agent.Agent;
      import dev.midstream.agent.Decisions;
      import dev.midstream.agent.Direction;
      import dev.midstream.agent.OctetView;
      import dev.midstream.agent.Octets;
      import dev.midstream.agent.StateCodec;

      final class Upper implements Agent<Boolean> {
        @Override
        public Boolean newConnection() {
          return true;
        }

        @Override
        public Boolean onOctets(
            Boolean state, Direction direction, OctetView view, Decisions out) {
          int length = view.length();
          if (length > 0) {
            String text = view.latin1(0, length);
            out.replace(length, Octets.ofLatin1(text.toUpperCase(java.util.Locale.ROOT)));
          }
          return state;
        }

        @Override
        public StateCodec<Boolean> codec() {
          return StateCodec.stateless(true);
        }
      }
      """;
}
