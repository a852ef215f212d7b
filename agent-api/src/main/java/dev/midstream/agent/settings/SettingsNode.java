package dev.midstream.agent.settings;

import java.util.List;
import java.util.SequencedMap;

/** A node of a configuration, with its place in the file. Immutable. */
public sealed interface SettingsNode {

  /** The start of the node for messages: {@code file:line}. */
  String where();

  /** A single value. {@code text} is the value as written, without quotes; empty for null. */
  record Scalar(String text, String where) implements SettingsNode {}

  /** A list of nodes in the order of the file. */
  record Sequence(List<SettingsNode> items, String where) implements SettingsNode {
    /** Copies the list. */
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Named nodes in the order of the file. The place of a key is that of its value. */
  record Mapping(SequencedMap<String, SettingsNode> entries, String where)
      implements SettingsNode {}
}
