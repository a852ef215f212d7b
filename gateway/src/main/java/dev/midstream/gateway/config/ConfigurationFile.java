package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.gateway.output.FileErrors;
import dev.midstream.gateway.plugin.AgentCatalog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A configuration file: YAML, or JSON as a notation of YAML, in UTF-8. */
public final class ConfigurationFile {
  /** Maximum length of a file in octets; a longer one is refused. */
  static final int MAX_BYTES = 1 << 20;

  /** The use of a configuration. It decides which port is valid. */
  public enum Purpose {
    /** For captures: the port may be missing, or of a kind that {@code run} does not support. */
    OFFLINE,
    /** As {@link #OFFLINE}, for questions to a node: no plug-in is loaded. */
    QUERY,
    /**
     * For {@code run}: the port must be one that it supports. A rule whose agent is missing or
     * cannot be created fails, and the others work.
     */
    INLINE,
    /**
     * For {@code dispatch}: the port as for {@link #INLINE}, at the address of a dispatcher. Rules
     * and plug-ins are not read.
     */
    DISPATCH,
    /** {@link #INLINE} if the file has a port, otherwise {@link #OFFLINE}. */
    AS_WRITTEN
  }

  private final String name;
  private final AgentCatalog agents;
  private final Purpose purpose;
  private final Problems problems = new Problems();

  private ConfigurationFile(String name, AgentCatalog agents, Purpose purpose) {
    this.name = name;
    this.agents = agents;
    this.purpose = purpose;
  }

  /**
   * Reads and checks a file, for {@link Purpose#OFFLINE}.
   *
   * @throws ConfigurationException with every problem of the file
   */
  public static Configuration load(Path file) throws ConfigurationException {
    return load(file, Purpose.OFFLINE);
  }

  /** As {@link #load(Path)}, for another purpose. */
  public static Configuration load(Path file, Purpose purpose) throws ConfigurationException {
    return load(file, purpose, AgentCatalog.ofProgram());
  }

  /** As {@link #load(Path, Purpose)}, with the given agents. */
  static Configuration load(Path file, Purpose purpose, AgentCatalog agents)
      throws ConfigurationException {
    return new ConfigurationFile(file.toString(), agents, purpose)
        .checked(octetsOf(file), ConfigurationReader::read);
  }

  /**
   * The agents of the program and of the plug-ins that a file names, with the settings of its
   * rules. Wrong values in other sections do not matter.
   *
   * @throws ConfigurationException with every problem of that section
   */
  public static NamedAgents loadAgents(Path file) throws ConfigurationException {
    return new ConfigurationFile(file.toString(), AgentCatalog.ofProgram(), Purpose.OFFLINE)
        .checked(octetsOf(file), ConfigurationReader::namedAgents);
  }

  /**
   * Where the value of a key stands in a file, or the section that would have it: {@code
   * FILE:LINE}. The file alone if it has neither.
   *
   * @param key the names of sections and key, with dots between them
   */
  public static String placeOf(Path file, String key) {
    String place = file.toString();
    try {
      @Nullable SettingsNode node =
          SettingsParser.parse(place, decoded(octetsOf(file)), new Problems());
      for (String part : key.split("\\.", -1)) {
        node = node instanceof SettingsNode.Mapping mapping ? mapping.entries().get(part) : null;
        place = node == null ? place : node.where();
      }
      return place;
    } catch (ConfigurationException | SyntaxException _) {
      return place;
    }
  }

  private <T> T checked(byte[] octets, Function<ConfigurationReader, T> reading)
      throws ConfigurationException {
    @Nullable Configuration read = null;
    try {
      SettingsNode root = SettingsParser.parse(name, decoded(octets), problems);
      T result = reading.apply(new ConfigurationReader(root, agents, purpose, problems));
      if (problems.isEmpty()) {
        return result;
      }
      read = result instanceof Configuration configuration ? configuration : null;
    } catch (SyntaxException e) {
      problems.add(name + ":" + e.line(), String.valueOf(e.getMessage()));
    }
    List<String> lines = new ArrayList<>(problems.lines());
    lines.sort(Comparator.comparingInt(this::lineNumber));
    throw new ConfigurationException(lines, read);
  }

  private static byte[] octetsOf(Path file) throws ConfigurationException {
    try (InputStream input = Files.newInputStream(file)) {
      byte[] octets = input.readNBytes(MAX_BYTES + 1);
      if (octets.length > MAX_BYTES) {
        throw unreadable(file, "too long for a configuration, limit-bytes=" + MAX_BYTES);
      }
      return octets;
    } catch (NoSuchFileException _) {
      throw unreadable(file, "no such file");
    } catch (AccessDeniedException _) {
      throw unreadable(file, "permission denied");
    } catch (IOException e) {
      throw unreadable(
          file,
          Files.isDirectory(file)
              ? "is a directory"
              : "cannot be read, error=" + FileErrors.reason(e));
    }
  }

  private static ConfigurationException unreadable(Path file, String why) {
    return new ConfigurationException(List.of(file + ": " + why));
  }

  private static String decoded(byte[] octets) throws SyntaxException {
    CharBuffer text = CharBuffer.allocate(octets.length);
    ByteBuffer input = ByteBuffer.wrap(octets);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(input, text, true);
    text.flip();
    if (result.isError()) {
      int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
      throw new SyntaxException(line, "not utf-8, offset=" + input.position());
    }
    boolean marked = !text.isEmpty() && text.charAt(0) == '\uFEFF';
    return text.subSequence(marked ? 1 : 0, text.length()).toString();
  }

  /** The line that a problem names; 0 if it names none. */
  private int lineNumber(String problem) {
    int end = problem.startsWith(name + ":") ? name.length() + 1 : problem.length();
    int number = 0;
    while (end < problem.length() && Character.isDigit(problem.charAt(end))) {
      number = number * 10 + Character.digit(problem.charAt(end++), 10);
    }
    return number;
  }
}
