package dev.midstream.gateway.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Quoted;
import dev.midstream.agent.settings.SettingsNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Parses the text of a configuration into nodes that know their line. A value in a mapping has the
 * line of its key. Of a repeated key the first value counts, and the others are reported.
 */
final class SettingsParser {
  /*
   * An alias stands for the node it names, so a short text could mean an enormous tree, or an
   * endless one. The parser therefore walks the node of an alias each time and counts its nodes.
   */

  /** Maximum depth of nested lists and mappings; a deeper text is refused. */
  static final int MAX_DEPTH = 32;

  /** Maximum number of nodes, counted again for each alias; a larger text is refused. */
  static final int MAX_NODES = 100_000;

  private static final Set<Tag> REFUSED_TAGS = Set.of(Tag.BINARY, Tag.SET, Tag.OMAP, Tag.PAIRS);

  private final String file;
  private final Problems problems;
  private int nodes;

  private SettingsParser(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * Parses a whole text.
   *
   * @param file the file's name, for messages
   * @param problems gets repeated keys
   * @return the root; an empty mapping for an empty text
   * @throws SyntaxException if the text is not YAML, or exceeds a limit
   */
  static SettingsNode parse(String file, String text, Problems problems) throws SyntaxException {
    SettingsParser parser = new SettingsParser(file, problems);
    StreamReader reader = new StreamReader(isJson(text) ? asYaml(text) : text);
    try {
      Node root = composed(reader);
      return root == null
          ? new SettingsNode.Mapping(Collections.emptyNavigableMap(), parser.where(1))
          : parser.node(root, parser.where(line(root)), 0);
    } catch (YAMLException e) {
      throw SyntaxException.of(e, text, reader.getLine() + 1);
    }
  }

  private static boolean isJson(String text) {
    if (!text.stripLeading().startsWith("{")) {
      return false;
    }
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      while (parser.nextToken() != null) {
        // Only errors matter here.
      }
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Replaces the two features of JSON that the YAML parser refuses: tabs and escaped slashes. */
  private static String asYaml(String json) {
    StringBuilder yaml = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c == '\\' && json.charAt(i + 1) != '/') {
        yaml.append(c).append(json.charAt(++i));
      } else if (c != '\\') {
        yaml.append(c == '\t' ? ' ' : c);
      }
    }
    return yaml.toString();
  }

  private static @Nullable Node composed(StreamReader reader) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE);
    options.setMaxAliasesForCollections(MAX_NODES);
    options.setNestingDepthLimit(8 * MAX_DEPTH);
    ParserImpl parser = new ParserImpl(reader, options);
    return new Composer(parser, new Resolver(), options).getSingleNode();
  }

  private SettingsNode node(Node node, String where, int depth) throws SyntaxException {
    if (++nodes > MAX_NODES) {
      throw new SyntaxException(line(node), "too many values, limit=" + MAX_NODES);
    }
    if (depth > MAX_DEPTH) {
      throw new SyntaxException(line(node), "nested too deeply, limit=" + MAX_DEPTH);
    }
    Tag tag = node.getTag();
    if (!tag.startsWith(Tag.PREFIX) || REFUSED_TAGS.contains(tag)) {
      throw new SyntaxException(line(node), "tags are not supported, tag=" + tag);
    }
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, where, depth);
      case SequenceNode sequence -> sequence(sequence, where, depth);
      default -> new SettingsNode.Scalar(text(node), where);
    };
  }

  private SettingsNode mapping(MappingNode mapping, String where, int depth)
      throws SyntaxException {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode keyNode)) {
        throw new SyntaxException(line(entry.getKeyNode()), "a key must be a single value");
      }
      String keyWhere = where(line(keyNode));
      SettingsNode value = node(entry.getValueNode(), keyWhere, depth + 1);
      SettingsNode first = entries.putIfAbsent(keyNode.getValue(), value);
      if (first != null) {
        problems.add(
            keyWhere,
            "repeated key, key=" + Quoted.of(keyNode.getValue()) + " first=" + first.where());
      }
    }
    return new SettingsNode.Mapping(Collections.unmodifiableSequencedMap(entries), where);
  }

  private SettingsNode sequence(SequenceNode sequence, String where, int depth)
      throws SyntaxException {
    List<SettingsNode> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      items.add(node(item, where(line(item)), depth + 1));
    }
    return new SettingsNode.Sequence(items, where);
  }

  private static String text(Node node) {
    return node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)
        ? scalar.getValue()
        : "";
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  private String where(int line) {
    return file + ":" + line;
  }
}
