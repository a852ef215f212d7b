package dev.midstream.modcmd.settings;

import java.util.List;
import java.util.SequencedMap;

/** A node of a configuration, with the place in the file it was read from. Immutable. */
public sealed interface SettingsNode {

  /** Where the node starts, ready for a message: {@code file:line}. */
  String where();

  /**
   * A single value. {@code text} is the value as written, without quotes; null is an empty text.
   */
  record Scalar(String text, String where) implements SettingsNode {}

  /** A list of nodes, in the order of the file. */
  record Sequence(List<SettingsNode> items, String where) implements SettingsNode {
    /** Copies the list. */
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** Named nodes, in the order of the file. A key's own place is its value's. */
  record Mapping(SequencedMap<String, SettingsNode> entries, String where)
      implements SettingsNode {}
}
