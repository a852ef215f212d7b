package dev.midstream.gateway.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The program's version, as the build wrote it into the jar. */
final class Version implements IVersionProvider {
  private static final String PROPERTIES = "/META-INF/maven/dev.midstream/gateway/pom.properties";

  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream input = Version.class.getResourceAsStream(PROPERTIES)) {
      if (input != null) {
        properties.load(input);
      }
    }
    return new String[] {"midstream " + properties.getProperty("version", "(not packaged)")};
  }
}
