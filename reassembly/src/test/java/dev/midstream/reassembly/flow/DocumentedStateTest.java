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
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Compares docs/state.md with the fields of all objects that a connection consists of. */
class DocumentedStateTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `([A-Z][A-Za-z.]+)` \\|([^|]*)\\|(.*)\\|$", Pattern.MULTILINE);

  /** A row that says what a kind means. */
  private static final Pattern KIND =
      Pattern.compile("^\\| ([a-z]+) \\| [A-Z][^|]*\\|$", Pattern.MULTILINE);

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

  @Test
  @DisplayName("HDP-17 each row has a kind that the page explains, and each kind has rows")
  void knowsEachKind() throws IOException {
    Set<String> kinds = new TreeSet<>();
    Matcher row = ROW.matcher(page());
    while (row.find()) {
      kinds.add(row.group(2).strip());
    }
    Set<String> explained = new TreeSet<>();
    Matcher kind = KIND.matcher(page());
    while (kind.find()) {
      explained.add(kind.group(1));
    }
    assertThat(kinds).isEqualTo(explained).contains("essential");
  }

  @Test
  @DisplayName("HDP-17 a part of a connection has rows of its own")
  void documentsEachPart() throws IOException {
    reach(Connection.class);
    Matcher row = ROW.matcher(page());
    List<String> without = new ArrayList<>();
    while (row.find()) {
      String owner = row.group(1);
      if (row.group(2).strip().equals("part")) {
        fieldsOf(owner, row.group(3)).stream()
            .filter(field -> !isReached(field.getType()))
            .forEach(field -> without.add(owner + "." + field.getName()));
      }
    }
    assertThat(without).isEmpty();
  }

  /** The fields of the class named {@code owner} that {@code cell} names. */
  private List<Field> fieldsOf(String owner, String cell) {
    return classes.stream()
        .filter(each -> name(each).equals(owner))
        .flatMap(each -> instanceFields(each).stream())
        .filter(field -> cell.contains("`" + field.getName() + "`"))
        .toList();
  }

  private boolean isReached(Class<?> type) {
    Class<?> element = type.isArray() ? type.getComponentType() : type;
    return classes.contains(element)
        || (element.isSealed()
            && List.of(element.getPermittedSubclasses()).stream().allMatch(this::isReached));
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

  private static String page() throws IOException {
    return Files.readString(Path.of("../docs/state.md"));
  }

  private static List<String> documented() throws IOException {
    Matcher row = ROW.matcher(page());
    List<String> fields = new ArrayList<>();
    while (row.find()) {
      Matcher field = FIELD.matcher(row.group(3));
      while (field.find()) {
        fields.add(row.group(1) + "." + field.group(1));
      }
    }
    return fields;
  }
}
