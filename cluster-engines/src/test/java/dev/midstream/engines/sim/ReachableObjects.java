package dev.midstream.engines.sim;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The objects that can be reached from others: over the fields of our own classes, and what is in
 * arrays and collections. Nothing else of the JDK is followed.
 */
final class ReachableObjects {
  private static final String OURS = "dev.midstream.";
  private static final int MOST_NAMED = 8;
  private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();

  /** Each object that was found, with the one that refers to it; a root with itself. */
  private final IdentityHashMap<Object, Object> seen = new IdentityHashMap<>();

  private final Deque<Object> left = new ArrayDeque<>();
  private final Predicate<Object> foreign;

  /**
   * Walks from {@code roots} on.
   *
   * @param foreign tells objects that belong to others: they are not followed
   */
  ReachableObjects(Predicate<Object> foreign, Collection<?> roots) {
    this.foreign = foreign;
    for (Object each : roots) {
      find(each, each);
    }
    while (!left.isEmpty()) {
      visit(left.pop());
    }
  }

  /** The objects that fit, each with those that lead to it. */
  List<String> paths(Predicate<Object> wanted) {
    List<String> paths = new ArrayList<>();
    for (Object each : seen.keySet()) {
      if (wanted.test(each)) {
        paths.add(path(each));
      }
    }
    return paths;
  }

  /** Whether {@code object} is in a collection, or is a key or a value of a map. */
  boolean isElement(Object object) {
    Object from = seen.get(object);
    return from instanceof Collection || from instanceof Map;
  }

  @SuppressWarnings("ReferenceEquality") // a root leads to itself
  private String path(Object object) {
    StringBuilder text = new StringBuilder(object.getClass().getSimpleName());
    Object at = object;
    for (int i = 0; i < MOST_NAMED && seen.get(at) != at; i++) {
      at = Objects.requireNonNull(seen.get(at)); // it was reached from there
      text.append(" < ").append(at.getClass().getSimpleName());
    }
    return text.toString();
  }

  private void find(@Nullable Object object, Object from) {
    if (object != null && !foreign.test(object) && seen.putIfAbsent(object, from) == null) {
      left.push(object);
    }
  }

  private void visit(Object object) {
    switch (object) {
      case Object[] elements -> {
        for (Object each : elements) {
          find(each, object);
        }
      }
      case Collection<?> all -> all.forEach(each -> find(each, object));
      case Map<?, ?> all ->
          all.forEach((key, value) -> {
            find(key, object);
            find(value, object);
          });
      default -> visitFields(object);
    }
  }

  private void visitFields(Object object) {
    if (isOurs(object.getClass())) {
      for (Field each : FIELDS.computeIfAbsent(object.getClass(), ReachableObjects::fields)) {
        find(value(each, object), object);
      }
    }
  }

  private static boolean isOurs(@Nullable Class<?> type) {
    return type != null && type.getName().startsWith(OURS);
  }

  private static @Nullable Object value(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Field> fields(Class<?> owner) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> type = owner; isOurs(type); type = type.getSuperclass()) {
      for (Field each : type.getDeclaredFields()) {
        if (!Modifier.isStatic(each.getModifiers()) && !each.getType().isPrimitive()) {
          each.setAccessible(true);
          fields.add(each);
        }
      }
    }
    return fields;
  }
}
