package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.store.MemoryBudget;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Compares docs/state.md with the fields of all objects that a connection consists of. */
class DocumentedStateTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([A-Z][A-Za-z.]+)` \\|(.*)\\|$", Pattern.MULTILINE);

  private static final Pattern FIELD = Pattern.compile("`([a-z][A-Za-z]+)`");

  /** Shared by connections, or values. */
  private static final Set<Class<?>> NO_PARTS =
      Set.of(
          Rule.class,
          AgentTerms.class,
          MemoryBudget.class,
          ConnectionQueue.Place.class,
          Octets.class);

  private final Set<Class<?>> classes = new LinkedHashSet<>();

  @Test
  @DisplayName("HDP-17 every field of a connection is essential, initial, a hint, derived or local")
  void classifiesEveryField() throws IOException {
    reach(Connection.class);
    List<String> fields = new ArrayList<>();
    for (Class<?> each : classes) {
      for (Field field : instanceFields(each)) {
        fields.add(name(each) + "." + field.getName());
      }
    }
    assertThat(documented()).containsExactlyInAnyOrderElementsOf(fields);
  }

  /** Adds {@code type} and all classes of the program that its fields have. */
  private void reach(Class<?> type) {
    Class<?> element = type.isArray() ? type.getComponentType() : type;
    if (!element.getName().startsWith("dev.midstream.") || NO_PARTS.contains(element)) {
      return;
    }
    if (element.isSealed()) {
      List.of(element.getPermittedSubclasses()).forEach(this::reach);
    }
    if (!element.isEnum() && !element.isInterface() && classes.add(element)) {
      instanceFields(element).forEach(field -> reach(field.getType()));
    }
  }

  private static List<Field> instanceFields(Class<?> type) {
    return List.of(type.getDeclaredFields()).stream()
        .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
        .toList();
  }

  /** The name of a class, with that of the class in which it lies where that says more. */
  private static String name(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    boolean known = outer == null || outer == Handshakes.class;
    return known ? type.getSimpleName() : outer.getSimpleName() + "." + type.getSimpleName();
  }

  private static List<String> documented() throws IOException {
    Matcher row = ROW.matcher(Files.readString(Path.of("../docs/state.md")));
    List<String> fields = new ArrayList<>();
    while (row.find()) {
      Matcher field = FIELD.matcher(row.group(2));
      while (field.find()) {
        fields.add(row.group(1) + "." + field.group(1));
      }
    }
    return fields;
  }
}
