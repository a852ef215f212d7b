package dev.midstream.agent.settings;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads one mapping of the configuration, for the program and for agents. An absent key yields its
 * default; a wrong value is reported and yields the default. Keys become known when they are read;
 * {@link #refuseUnknownKeys()} reports the others, with the nearest known one. Not thread-safe.
 */
public final class SettingsReader {
  private final String path;
  private final String where;
  private final SequencedMap<String, SettingsNode> entries;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @param path the section's name in messages; empty for the root
   * @param node the value of the section; an empty one is a section without keys
   */
  public SettingsReader(String path, SettingsNode node, Problems problems) {
    this.path = path;
    this.where = node.where();
    this.problems = problems;
    this.entries = entriesOf(node);
  }

  /** The file and line where the section starts. */
  public String where() {
    return where;
  }

  /** Whether the section has no keys. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The full name of a key of this section, for messages. */
  public String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** The value of a key; null if it is absent. */
  public @Nullable SettingsNode node(String key) {
    known.add(key);
    return entries.get(key);
  }

  /** The section of a key; without keys if it is absent. */
  public SettingsReader section(String key) {
    SettingsNode node = node(key);
    return new SettingsReader(pathOf(key), node == null ? nothing() : node, problems);
  }

  /** The values of a key. A single value stands for a list of one. */
  public List<SettingsNode> list(String key) {
    return switch (node(key)) {
      case null -> List.of();
      case SettingsNode.Sequence sequence -> sequence.items();
      case SettingsNode.Scalar scalar when scalar.text().isEmpty() -> List.of();
      case SettingsNode single -> List.of(single);
    };
  }

  /** The sections in the list of a key, or its only section; what is no mapping is reported. */
  public List<SettingsReader> sections(String key) {
    List<SettingsReader> sections = new ArrayList<>();
    for (SettingsNode node : list(key)) {
      if (node instanceof SettingsNode.Mapping mapping) {
        sections.add(new SettingsReader(pathOf(key), mapping, problems));
      } else {
        refuse(node.where(), key, "must be a mapping of keys");
      }
    }
    return sections;
  }

  /** A text, which may be empty; null if it is absent or no single value. */
  public @Nullable String text(String key) {
    SettingsNode node = node(key);
    if (node == null || node instanceof SettingsNode.Scalar) {
      return node == null ? null : ((SettingsNode.Scalar) node).text();
    }
    refuse(node.where(), key, "must be a single value");
    return null;
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String key, boolean defaultValue) {
    SettingsNode.Scalar scalar = scalar(key);
    if (scalar != null && !scalar.text().equals("true") && !scalar.text().equals("false")) {
      refuse(scalar, key, "must be true or false");
      return defaultValue;
    }
    return scalar == null ? defaultValue : scalar.text().equals("true");
  }

  /** The single value of a key; null if it is absent or wrong. */
  public SettingsNode.@Nullable Scalar scalar(String key) {
    SettingsNode node = node(key);
    return node == null ? null : scalar(key, node);
  }

  /** A value of a key as a single one; null if it is a list or mapping, or empty. */
  public SettingsNode.@Nullable Scalar scalar(String key, SettingsNode node) {
    if (!(node instanceof SettingsNode.Scalar scalar)) {
      refuse(node.where(), key, "must be a single value");
      return null;
    }
    if (scalar.text().isEmpty()) {
      refuse(scalar.where(), key, "has no value");
      return null;
    }
    return scalar;
  }

  /** A number in [min, max]. */
  public long number(String key, Quantity quantity, long min, long max, long defaultValue) {
    SettingsNode.Scalar scalar = scalar(key);
    if (scalar == null) {
      return defaultValue;
    }
    OptionalLong value = quantity.parse(scalar.text());
    if (value.isEmpty()) {
      refuse(scalar, key, "must be " + quantity.description());
      return defaultValue;
    }
    if (value.getAsLong() < min || value.getAsLong() > max) {
      refuse(scalar, key, "must be from " + quantity.format(min) + " to " + quantity.format(max));
      return defaultValue;
    }
    return value.getAsLong();
  }

  /** As {@link #number}, for limits that fit an int. */
  public int smallNumber(String key, Quantity quantity, int min, int max, int defaultValue) {
    return Math.toIntExact(number(key, quantity, min, max, defaultValue));
  }

  /** One of several constants, written in lower case with dashes. */
  public <E extends Enum<E>> E choice(String key, List<E> choices, E defaultValue) {
    SettingsNode.Scalar scalar = scalar(key);
    if (scalar == null) {
      return defaultValue;
    }
    for (E choice : choices) {
      if (word(choice).equals(scalar.text())) {
        return choice;
      }
    }
    String words = choices.stream().map(SettingsReader::word).collect(Collectors.joining(", "));
    refuse(scalar, key, "must be " + (choices.size() == 1 ? words : "one of " + words));
    return defaultValue;
  }

  /** Reports a mistake of the whole section, where it starts. */
  public void refuse(String message) {
    problems.add(where, path.isEmpty() ? message : message + ", key=" + path);
  }

  /** Reports a mistake of a key, where its value stands, or where the section starts. */
  public void refuse(String key, String message) {
    SettingsNode node = node(key);
    refuse(node == null ? where : node.where(), key, message);
  }

  /** Warns of a key, where its value stands, or where the section starts; it stays usable. */
  public void warn(String key, String message) {
    SettingsNode node = node(key);
    problems.warn(node == null ? where : node.where(), message + ", key=" + pathOf(key));
  }

  /** Warns of the whole section: it stays usable. */
  public void warn(String message) {
    problems.warn(where, path.isEmpty() ? message : message + ", key=" + path);
  }

  /** Reports a wrong value of a key. */
  public void refuse(SettingsNode.Scalar scalar, String key, String message) {
    problems.add(
        scalar.where(), message + ", key=" + pathOf(key) + " value=" + Quoted.of(scalar.text()));
  }

  /** Reports a mistake of a key, at a place of its own. */
  public void refuse(String where, String key, String message) {
    problems.add(where, message + ", key=" + pathOf(key));
  }

  /** Reports every key that was not read. */
  public void refuseUnknownKeys() {
    for (var entry : entries.entrySet()) {
      if (!known.contains(entry.getKey())) {
        problems.add(entry.getValue().where(), "unknown key, " + textOfUnknown(entry.getKey()));
      }
    }
  }

  /** Only an agent reads no key of a section. */
  private String textOfUnknown(String key) {
    String named = "key=" + pathOf(Quoted.of(key));
    if (known.isEmpty()) {
      return "the agent reads no settings, " + named;
    }
    String nearest = Spelling.nearest(key, known);
    return named + (nearest == null ? " known=" + String.join(",", known) : " nearest=" + nearest);
  }

  /** The word for a constant. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private SequencedMap<String, SettingsNode> entriesOf(SettingsNode node) {
    if (node instanceof SettingsNode.Mapping mapping) {
      return mapping.entries();
    }
    boolean nothing = node instanceof SettingsNode.Scalar scalar && scalar.text().isEmpty();
    if (!nothing) {
      problems.add(
          node.where(), "must be a mapping of keys" + (path.isEmpty() ? "" : ", key=" + path));
    }
    return Collections.emptyNavigableMap();
  }

  private SettingsNode nothing() {
    return new SettingsNode.Scalar("", where);
  }
}
