package dev.midstream.agents.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Fields that are deleted from heads of one direction, or have a value of the settings.
 *
 * @param removed names in lower case
 * @param values values by name, as the name is written; a field that is absent is added
 */
record FieldEdits(Set<String> removed, Map<String, String> values) {
  static final FieldEdits NONE = new FieldEdits(Set.of(), Map.of());

  FieldEdits {
    removed = Set.copyOf(removed);
    values = Map.copyOf(new LinkedHashMap<>(values));
  }
}
