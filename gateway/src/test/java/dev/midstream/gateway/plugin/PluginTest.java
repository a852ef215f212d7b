package dev.midstream.gateway.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.AgentProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plug-in may hold, what it sees, and what it is refused for. */
class PluginTest {
  private static final String API = "Midstream-Agent-Api";
  private static final String PROVIDER = "example/Provider.class";

  @TempDir private Path directory = Path.of("");
  private Path jar = Path.of("");

  @BeforeEach
  void nameJar() {
    jar = directory.resolve("upper.jar");
  }

  @Test
  @DisplayName("OWN-4 a jar provides an agent, with its name and version")
  void loadsAJar() throws Exception {
    PluginJar.of("upper").write(jar);

    assertThat(Plugin.load(jar, null, ForeignCalls.LIMIT).providers()).containsOnlyKeys("upper");
    assertThat(installed(provider(jar)).version()).isEqualTo("1.2.3");
  }

  @Test
  @DisplayName("OWN-4 a folder provides an agent that uses the library beside it")
  void loadsAFolderWithALibrary() throws Exception {
    Path folder = directory.resolve("upper");
    Path library = library(folder.resolve("a-library.jar"), "own");
    PluginJar.of("upper", "throw new IllegalStateException(picocli.CommandLine.VERSION);")
        .compiledWith(library)
        .write(folder.resolve("upper.jar"));

    assertThat(failureOf(provider(folder))).isEqualTo("java.lang.IllegalStateException: own");
  }

  @Test
  @DisplayName("OWN-4 a plug-in sees its own version of a library that the program has too")
  void prefersItsOwnLibrary() throws Exception {
    Path library = library(directory.resolve("library/picocli.jar"), "own");
    PluginJar.of("upper")
        .entry("picocli/CommandLine.class", entryOf(library, "picocli/CommandLine.class"))
        .write(jar);

    Class<?> own = Class.forName("picocli.CommandLine", true, loaderOf(jar));

    assertThat(own.getField("VERSION").get(null)).isEqualTo("own");
    assertThat(own).isNotSameAs(picocli.CommandLine.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "picocli.CommandLine",
        "io.netty.buffer.ByteBuf",
        "org.slf4j.Logger",
        "dev.midstream.gateway.Midstream",
        "dev.midstream.modcmd.command.CommandList",
        "dev.midstream.reassembly.Engine",
        "dev.midstream.agents.substitute.SubstituteProvider"
      })
  @DisplayName("OWN-4 a plug-in sees no class of the program but the agents' interface")
  void hidesTheProgram(String name) throws Exception {
    assertThat(Class.forName(name)).as("the program has it").isNotNull();
    PluginJar.of("upper").write(jar);
    ClassLoader loader = loaderOf(jar);

    assertThatThrownBy(() -> Class.forName(name, true, loader))
        .isInstanceOf(ClassNotFoundException.class);
    assertThat(loader.getResource(name.replace('.', '/') + ".class")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.midstream.agent.Agent",
        "dev.midstream.agent.framing.Line",
        "dev.midstream.agent.exchange.Pending",
        "dev.midstream.agent.state.StateWriter",
        "dev.midstream.agent.settings.Quantity",
        "java.util.HexFormat",
        "java.util.logging.Logger"
      })
  @DisplayName("OWN-4 a plug-in sees the agents' interface and the JDK, as the program does")
  void showsTheInterface(String name) throws Exception {
    PluginJar.of("upper").write(jar);

    assertThat(Class.forName(name, true, loaderOf(jar))).isSameAs(Class.forName(name));
  }

  @Test
  @DisplayName("OWN-4 the interface is the program's, also if a plug-in brings it along")
  void ignoresABundledInterface() throws Exception {
    PluginJar.of("upper")
        .entry("dev/midstream/agent/AgentProvider.class", "octets that are no class")
        .write(jar);

    assertThat(provider(jar)).isInstanceOf(AgentProvider.class);
  }

  @Test
  @DisplayName("OWN-4 a plug-in reads its own resources, of the version for this JDK")
  void readsItsResources() throws Exception {
    PluginJar.of("upper")
        .attribute("Multi-Release", "true")
        .entry("example/words with space.txt", "old")
        .entry("META-INF/versions/17/example/words with space.txt", "new")
        .write(jar);

    try (InputStream words = loaderOf(jar).getResourceAsStream("example/words with space.txt")) {
      assertThat(Objects.requireNonNull(words).readAllBytes()).asString().isEqualTo("new");
    }
  }

  @Test
  @DisplayName("OWN-4 a jar that is replaced while the program runs changes nothing")
  void keepsWhatWasRead() throws Exception {
    PluginJar.of("upper").write(jar);
    AgentProvider provider = provider(jar);
    Files.writeString(jar, "something else");

    assertThat(Class.forName("example.Upper", true, provider.getClass().getClassLoader()))
        .isNotNull();
  }

  @Test
  @DisplayName("OWN-4 a service file that names a missing class refuses the plug-in")
  void refusesAMissingClass() throws Exception {
    String service = PluginArchive.SERVICE;
    PluginJar.of("upper").entry(service, "example.Nowhere").write(jar);

    assertRefused("an agent cannot be loaded, error=");
    assertThat(refusal()).endsWith("Provider example.Nowhere not found");
  }

  @ParameterizedTest
  @CsvSource({
    "not a service file, Illegal configuration-file syntax",
    "example.Upper, not a subtype"
  })
  @DisplayName("OWN-4 a service file that names no provider refuses the plug-in")
  void refusesOddServiceFiles(String service, String error) throws Exception {
    PluginJar.of("upper").entry(PluginArchive.SERVICE, service).write(jar);

    assertThat(refusal()).startsWith("an agent cannot be loaded, error=").contains(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "static { if (true) throw new IllegalStateException(\"a\"); }|IllegalStateException: a",
        "public Provider() { throw new IllegalStateException(\"b\"); }|IllegalStateException: b",
        "public Provider() { throw new NoSuchMethodError(\"c\"); }|NoSuchMethodError: c",
        "public Provider() { throw new AssertionError(\"d\"); }|AssertionError: d"
      })
  @DisplayName("OWN-4 a provider that cannot be made refuses the plug-in")
  void refusesAThrowingProvider(String member, String error) throws Exception {
    PluginJar.of("upper", "return null; } " + member + " void rest() {").write(jar);

    assertThat(refusal())
        .startsWith("an agent cannot be loaded, class=example.Provider error=")
        .contains(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "static { if (true) HANG }|an agent cannot be loaded, class=example.Provider"
            + " error=its initialiser did not return within 200ms",
        "public Provider() { HANG }|an agent cannot be loaded, class=example.Provider"
            + " error=its initialiser did not return within 200ms"
      })
  @DisplayName("OWN-4 a provider whose initialiser never returns refuses the plug-in")
  void refusesAProviderThatIsNeverMade(String member, String refusal) throws Exception {
    String hang =
        "for (;;) { Thread.interrupted(); java.util.concurrent.locks.LockSupport.park(); }";
    PluginJar.of("upper", "return null; } " + member.replace("HANG", hang) + " void rest() {")
        .write(jar);

    assertThat(refusal(Duration.ofMillis(200))).isEqualTo(refusal);
  }

  @Test
  @DisplayName("OWN-4 a class of a later Java, or a damaged one, refuses the plug-in")
  void refusesClassesThatCannotBeDefined() throws Exception {
    PluginJar.of("upper").write(jar);
    byte[] later = entryOf(jar, PROVIDER);
    later[6] = 1;
    PluginJar.of("upper").entry(PROVIDER, later).write(jar);
    assertThat(refusal()).contains("UnsupportedClassVersionError");

    PluginJar.of("upper").entry(PROVIDER, "no class").write(jar);
    assertThat(refusal()).contains("ClassFormatError");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Upper", "up per", "-upper", "größer", "a.b"})
  @DisplayName("OWN-4 a name that is not lower case letters, digits and dashes is refused")
  void refusesOddNames(String name) throws Exception {
    PluginJar.of(name).write(jar);

    assertRefused(
        "an agent has no name of lower case letters, digits and dashes,"
            + " class=example.Provider name="
            + name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.0.0", "1.99.0", "0.9.0", "1", "1.0.0.0", "one", "1.-1.0", "9999999.0"})
  @DisplayName("OWN-4 a plug-in that was built with another version of the interface is refused")
  void refusesOtherVersionsOfTheInterface(String version) throws Exception {
    PluginJar.of("upper").attribute(API, version).write(jar);

    assertRefused(
        "was built with a version of the interface that this program does not have,"
            + " Midstream-Agent-Api="
            + version
            + " program=");
  }

  @Test
  @DisplayName("OWN-4 a plug-in that does not name the version of the interface is refused")
  void refusesAMissingVersion() throws Exception {
    PluginJar.of("upper").without(API).write(jar);

    assertRefused("its manifest lacks the version of the interface that it was built with");
  }

  @Test
  @DisplayName("OWN-4 a jar without a service file is refused, and a folder without a jar")
  void refusesWhatNamesNoAgent() throws Exception {
    new PluginJar().entry("a.txt", "a").write(jar);
    assertRefused("names no agent, it needs an entry META-INF/services/dev.midstream.agent.");

    PluginJar.of("upper").entry(PluginArchive.SERVICE, "java.lang.String").write(jar);
    assertRefused("names no agent of its own in META-INF/services/dev.midstream.agent.");

    jar = Files.createDirectories(directory.resolve("empty"));
    assertRefused("has no jar");
  }

  @Test
  @DisplayName("OWN-4 a file that is no jar, or a part of one, is refused")
  void refusesWhatIsNoJar() throws Exception {
    Files.writeString(jar, "no jar");
    assertRefused("cannot be read as a jar, error=");

    PluginJar.of("upper").write(jar);
    byte[] octets = Files.readAllBytes(jar);
    Files.write(jar, java.util.Arrays.copyOf(octets, octets.length / 2));
    assertRefused("cannot be read as a jar, error=");
  }

  @Test
  @DisplayName("OWN-4 a jar of the largest length is read, and one octet more is refused")
  void refusesLargeJars() throws Exception {
    byte[] large = new byte[PluginArchive.MAX_BYTES];
    new PluginJar().entry("large", large).write(jar);
    assertThat(PluginArchive.read(jar, null).entry("large")).hasSameSizeAs(large);

    new PluginJar().entry("large", large).entry("one", "1").write(jar);
    assertRefused("is too large, limit-bytes=67108864");
  }

  @Test
  @DisplayName("OWN-4 plug-ins are the jars and folders of a folder, in the order of their names")
  void listsPlaces() throws Exception {
    for (String file : List.of("b.jar", "a.jar", ".hidden.jar", "readme.txt", "c.jar.old")) {
      Files.writeString(directory.resolve(file), "");
    }
    for (String folder : List.of("libraries", ".git")) {
      Files.createDirectories(directory.resolve(folder));
    }

    assertThat(Plugin.placesIn(directory))
        .map(place -> place.getFileName().toString())
        .containsExactly("a.jar", "b.jar", "libraries");
  }

  private static InstalledAgent installed(AgentProvider provider) {
    return new InstalledAgent("upper", "", provider, new ForeignCalls(ForeignCalls.LIMIT));
  }

  private static AgentProvider provider(Path place) throws PluginException {
    return Plugin.load(place, null, ForeignCalls.LIMIT).providers().firstEntry().getValue();
  }

  private static ClassLoader loaderOf(Path place) throws PluginException {
    return provider(place).getClass().getClassLoader();
  }

  private static String failureOf(AgentProvider provider) {
    @SuppressWarnings("NullAway") // the agent throws before it looks
    var result = new ForeignCalls(ForeignCalls.LIMIT).of("create", () -> provider.create(null));
    return String.valueOf(result.failure());
  }

  /** A jar with a class that the program has too. */
  private static Path library(Path file, String version) throws IOException {
    String source =
        "package picocli; public class CommandLine { public static final String VERSION ="
            + " String.valueOf(\""
            + version
            + "\"); }";
    return new PluginJar().source("picocli.CommandLine", source).write(file);
  }

  private static byte[] entryOf(Path jar, String name) throws PluginException {
    return Objects.requireNonNull(PluginArchive.read(jar, null).entry(name)).clone();
  }

  private String refusal() {
    return refusal(ForeignCalls.LIMIT);
  }

  private String refusal(Duration limit) {
    try {
      Plugin.load(jar, null, limit);
      return "accepted";
    } catch (PluginException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void assertRefused(String message) {
    assertThat(refusal()).startsWith(message);
  }
}
