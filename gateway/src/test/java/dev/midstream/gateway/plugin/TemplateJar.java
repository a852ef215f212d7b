package dev.midstream.gateway.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The template for agents of others, as its author builds it. */
public final class TemplateJar {
  private static final Path TEMPLATE = Path.of("../examples/agent-template");
  private static final String SERVICE = "META-INF/services/dev.midstream.agent.AgentProvider";

  private TemplateJar() {}

  /**
   * Compiles the template and writes its jar into {@code folder}, which is made; returns the jar.
   */
  public static Path write(Path folder) throws IOException {
    PluginJar jar =
        new PluginJar()
            .attribute("Midstream-Agent-Api", valueIn(pom(), "midstream.agent-api"))
            .entry(SERVICE, Files.readString(TEMPLATE.resolve("src/main/resources/" + SERVICE)));
    for (String name : new String[] {"DenyLinesAgent", "DenyLinesProvider"}) {
      Path source = TEMPLATE.resolve("src/main/java/com/example/denylines/" + name + ".java");
      jar.source("com.example.denylines." + name, Files.readString(source));
    }
    return jar.write(folder.resolve("deny-lines.jar"));
  }

  /** The configuration of the template, which loads plug-ins from {@code folder}. */
  public static String configuration(Path folder) throws IOException {
    return Files.readString(TEMPLATE.resolve("midstream.yaml"))
        .replace("folder: plugins", "folder: " + folder);
  }

  static String pom() throws IOException {
    return Files.readString(TEMPLATE.resolve("pom.xml"));
  }

  /** The text of the first {@code element} of a POM. */
  static String valueIn(String pom, String element) {
    Matcher value = Pattern.compile("<" + element + ">([^<]+)<").matcher(pom);
    if (!value.find()) {
      throw new IllegalArgumentException("no such element: " + element);
    }
    return value.group(1);
  }
}
