package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The edits of one head. Octets between them pass as they are. */
final class HeadEdits {
  /** Octets [from, to) of the view become {@code octets}. */
  private record Edit(int from, int to, Octets octets) {}

  private final Head head;
  private final List<Edit> edits = new ArrayList<>();
  private final Set<Field> edited = new HashSet<>();

  HeadEdits(Head head) {
    this.head = head;
  }

  boolean isEmpty() {
    return edits.isEmpty();
  }

  /** Whether a field has an edit, so that no further one may be made. */
  boolean isEdited(Field field) {
    return edited.contains(field);
  }

  void remove(Field field) {
    if (edited.add(field)) {
      edits.add(new Edit(field.start(), field.end(), Octets.empty()));
    }
  }

  void setValue(Field field, String value) {
    if (!head.value(field).equals(value) && edited.add(field)) {
      edits.add(new Edit(field.valueStart(), field.valueEnd(), Octets.ofLatin1(value)));
    }
  }

  /** Adds a field after the last one. */
  void add(String name, String value) {
    int end = head.end() - 2;
    edits.add(new Edit(end, end, Octets.ofLatin1(name + ": " + value + "\r\n")));
  }

  /** Replaces octets of the first line. */
  void replace(int from, int to, String text) {
    edits.add(new Edit(from, to, Octets.ofLatin1(text)));
  }

  /** Removes all fields of the name, which is in lower case. */
  void removeAll(Octets name) {
    head.fields().stream().filter(field -> head.is(field, name)).forEach(this::remove);
  }

  /**
   * Deletes and sets fields.
   *
   * @param adds whether absent fields are added
   * @return whether anything has changed
   */
  boolean apply(FieldEdits wanted, boolean adds) {
    int before = edits.size();
    for (Field field : head.fields()) {
      if (wanted.removed().contains(head.name(field).toLowerCase(Locale.ROOT))) {
        remove(field);
      }
    }
    for (Map.Entry<String, String> each : wanted.values().entrySet()) {
      set(each.getKey(), each.getValue(), adds);
    }
    return edits.size() > before;
  }

  /** The first field of a name has {@code value}, and there is no other one. */
  void set(String name, String value, boolean adds) {
    boolean isSet = false;
    for (Field field : head.fields()) {
      if (!head.name(field).equalsIgnoreCase(name)) {
        continue;
      }
      if (isSet) {
        remove(field);
      } else {
        setValue(field, value);
      }
      isSet = true;
    }
    if (!isSet && adds) {
      add(name, value);
    }
  }

  /** Decides the head. */
  void decide(Turn turn) {
    edits.sort((a, b) -> Integer.compare(a.from(), b.from()));
    for (Edit edit : edits) {
      turn.passTo(edit.from());
      turn.replaceTo(edit.to(), edit.octets());
    }
    turn.passTo(head.end());
  }
}
