package dev.midstream.worlds.plan;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Records of numbers, enums, sets of enums, lists of records and further records as names and
 * values. The name of a nested value is its path, such as {@code path.faults.2.loss}.
 */
final class RecordText {
  private static final String NONE = "-";

  private RecordText() {}

  /** All values in {@code whole}, by their paths. */
  static Map<String, String> write(Record whole) {
    Map<String, String> values = new LinkedHashMap<>();
    write("", whole, values);
    return values;
  }

  private static void write(String path, Object value, Map<String, String> values) {
    switch (value) {
      case Record each -> {
        for (RecordComponent component : each.getClass().getRecordComponents()) {
          write(join(path, component.getName()), valueOf(component, each), values);
        }
      }
      case List<?> all -> {
        for (int i = 0; i < all.size(); i++) {
          write(join(path, String.valueOf(i)), all.get(i), values);
        }
      }
      case Set<?> all -> values.put(path, all.isEmpty() ? NONE : joined(all));
      default -> values.put(path, String.valueOf(value));
    }
  }

  private static String joined(Set<?> all) {
    return all.stream().map(String::valueOf).sorted().collect(Collectors.joining("+"));
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** A copy of {@code plain} with these values, which are removed from the map. */
  static <T extends Record> T read(T plain, Map<String, String> values) {
    return read("", plain, values);
  }

  private static <T extends Record> T read(String path, T plain, Map<String, String> values) {
    RecordComponent[] components = plain.getClass().getRecordComponents();
    Object[] read = new Object[components.length];
    for (int i = 0; i < read.length; i++) {
      RecordComponent component = components[i];
      Object before = valueOf(component, plain);
      read[i] = readValue(join(path, component.getName()), component, before, values);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      @SuppressWarnings("unchecked") // the class of a T
      Class<T> type = (Class<T>) plain.getClass();
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(read);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no such record: " + plain.getClass(), e);
    }
  }

  private static Object readValue(
      String path, RecordComponent component, Object plain, Map<String, String> values) {
    if (plain instanceof Record each) {
      return read(path, each, values);
    }
    if (plain instanceof List<?> all) {
      List<Object> read = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        read.add(read(join(path, String.valueOf(i)), (Record) all.get(i), values));
      }
      return read;
    }
    String text = values.remove(path);
    return text == null ? plain : parse(component, plain, text);
  }

  private static Object parse(RecordComponent component, Object plain, String text) {
    return switch (plain) {
      case Long each -> Long.valueOf(text);
      case Integer each -> Integer.valueOf(text);
      case Double each -> Double.valueOf(text);
      case Boolean each -> Boolean.valueOf(text);
      case Enum<?> each -> constant(each.getDeclaringClass(), text);
      case Set<?> each -> constants(component, text);
      default -> throw new IllegalArgumentException("cannot be read: " + component);
    };
  }

  private static Object constants(RecordComponent component, String text) {
    String type = component.getGenericType().getTypeName();
    try {
      Class<?> element = Class.forName(type.substring(type.indexOf('<') + 1, type.length() - 1));
      return text.equals(NONE)
          ? Set.of()
          : Arrays.stream(text.split("[+]", -1))
              .map(name -> constant(element, name))
              .collect(Collectors.toUnmodifiableSet());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("no such elements: " + type, e);
    }
  }

  private static Object constant(Class<?> type, String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(each -> ((Enum<?>) each).name().equals(name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no such value: " + type + " " + name));
  }

  private static Object valueOf(RecordComponent component, Record whole) {
    try {
      return component.getAccessor().invoke(whole);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot be read: " + component, e);
    }
  }
}
