package dev.midstream.worlds.heap;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.openjdk.jol.vm.VM;
import org.openjdk.jol.vm.VirtualMachine;

/** The objects that can be reached from others, each counted once with its size in this JVM. */
final class ReachableHeap {
  private static final int MOST_NAMED = 12;

  static {
    // Offsets of fields of records and lambdas, which Unsafe does not tell.
    System.setProperty("jol.magicFieldOffset", "true");
    System.setProperty("jol.skipDynamicAttach", "true");
    System.setProperty("jol.skipInstallAttach", "true");
    System.setProperty("jol.skipHotspotSAAttach", "true");
  }

  private static final VirtualMachine JVM = VM.current();
  private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

  /** Each object that was found, with the one that refers to it; a root with itself. */
  private final IdentityHashMap<Object, Object> seen = new IdentityHashMap<>();

  private final Deque<Object> left = new ArrayDeque<>();
  private final Map<Class<?>, Long> byClass = new HashMap<>();
  private final Predicate<Object> foreign;
  private long bytes;
  private long largestBytes;
  private Object largest = this;

  /** The size of each object of a class, and where its references lie. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Shape(long bytes, long[] references) {}

  /**
   * Walks from {@code roots} on.
   *
   * @param foreign tells objects that belong to others: they are not counted and not followed
   */
  ReachableHeap(Predicate<Object> foreign, Object... roots) {
    this.foreign = foreign;
    for (Object each : roots) {
      seen.put(each, each);
      left.push(each);
    }
    while (!left.isEmpty()) {
      visit(left.pop());
    }
  }

  /** The size of all objects. */
  long bytes() {
    return bytes;
  }

  /** The classes whose objects take most, and the largest object with those that lead to it. */
  @Override
  @SuppressWarnings("ReferenceEquality") // a root leads to itself
  public String toString() {
    StringBuilder text = new StringBuilder();
    byClass.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_NAMED)
        .forEach(each -> text.append(nameOf(each.getKey(), each.getValue())));
    Object at = largest;
    text.append('\n').append(nameOf(at.getClass(), largestBytes));
    for (Object next = seen.get(at); next != null && next != at; next = seen.get(at)) {
      at = next;
      text.append(" < ").append(at.getClass().getSimpleName());
    }
    return text.toString();
  }

  private static String nameOf(Class<?> type, long bytes) {
    return type.getSimpleName() + "=" + bytes + " ";
  }

  private void find(@Nullable Object object, Object from) {
    if (object != null && !foreign.test(object) && seen.putIfAbsent(object, from) == null) {
      left.push(object);
    }
  }

  private void visit(Object object) {
    Class<?> type = object.getClass();
    if (type.isArray()) {
      count(object, JVM.sizeOf(object));
      if (object instanceof Object[] elements) {
        for (Object each : elements) {
          find(each, object);
        }
      }
      return;
    }
    Shape shape = SHAPES.computeIfAbsent(type, same -> shape(object));
    count(object, shape.bytes);
    for (long each : shape.references) {
      find(JVM.getObject(object, each), object);
    }
  }

  private void count(Object object, long size) {
    bytes += size;
    byClass.merge(object.getClass(), size, Long::sum);
    if (size > largestBytes) {
      largestBytes = size;
      largest = object;
    }
  }

  private static Shape shape(Object object) {
    Deque<Long> references = new ArrayDeque<>();
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (Field each : type.getDeclaredFields()) {
        if (!Modifier.isStatic(each.getModifiers()) && !each.getType().isPrimitive()) {
          references.add(JVM.fieldOffset(each));
        }
      }
    }
    return new Shape(JVM.sizeOf(object), references.stream().mapToLong(Long::longValue).toArray());
  }
}
