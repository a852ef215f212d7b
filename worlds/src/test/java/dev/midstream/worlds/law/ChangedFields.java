package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.flow.Handshakes;
import dev.midstream.reassembly.flow.Handshakes.CompetingSyn;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.worlds.plan.EnginePlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Changes fields of a connection one by one, and takes each change back. */
final class ChangedFields {
  private final RecordedConnection connection;
  private final Set<String> wanted;
  private final Set<Object> reached = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<String> noticed = new TreeSet<>();

  /** Where an object of the connection is kept: in a field that can be set. */
  private record Holder(Object owner, Field field) {}

  /** A change of {@code connection}'s {@code wanted} fields, as {@code Class.field}. */
  ChangedFields(RecordedConnection connection, Set<String> wanted) {
    this.connection = connection;
    this.wanted = wanted;
  }

  /** The fields of which some change was noticed. */
  Set<String> noticed() {
    connection.checkAnew();
    connection.change(this::reach);
    connection.checkAnew();
    return noticed;
  }

  private void reach(Connection from) {
    try {
      reach(from, null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a part of a connection cannot be reached", e);
    }
  }

  private void reach(@Nullable Object part, @Nullable Holder holder)
      throws ReflectiveOperationException {
    if (part == null || !isPart(part.getClass()) || !reached.add(part)) {
      return;
    }
    for (Field field : part.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) {
        continue;
      }
      field.setAccessible(true);
      String name = name(part.getClass()) + "." + field.getName();
      if (wanted.contains(name)) {
        changeEach(name, part, field, holder);
      }
      Object value = field.get(part);
      reach(value, new Holder(part, field));
      if (value instanceof Object[] elements) {
        for (Object each : elements) {
          reach(each, null);
        }
      }
    }
  }

  /** Whether its fields may be those of a connection. */
  private static boolean isPart(Class<?> type) {
    return type.getName().startsWith("dev.midstream.")
        && !type.isEnum()
        && !type.isArray()
        && type != Rule.class
        && type != Octets.class;
  }

  /** The name of a class as the page has it. */
  private static String name(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    boolean isKnown = outer == null || outer == Handshakes.class;
    return isKnown ? type.getSimpleName() : outer.getSimpleName() + "." + type.getSimpleName();
  }

  private void changeEach(String name, Object part, Field field, @Nullable Holder holder)
      throws ReflectiveOperationException {
    Object value = field.get(part);
    if (value instanceof MemorySegment memory) {
      flip(memory);
      note(name);
      flip(memory);
    } else if (value != null && value.getClass().isArray()) {
      changeElements(name, value);
    } else if (part instanceof Record whole) {
      for (Object other : others(value, field.getType())) {
        if (holder != null) {
          holder.field().set(holder.owner(), with(whole, field.getName(), other));
          note(name);
          holder.field().set(holder.owner(), whole);
        }
      }
    } else {
      for (Object other : others(value, field.getType())) {
        field.set(part, other);
        note(name);
        field.set(part, value);
      }
    }
  }

  private void note(String name) {
    try {
      connection.checkAnew();
    } catch (LawBroken | IndexOutOfBoundsException e) { // places of octets do not fit any more
      noticed.add(name);
    }
  }

  private static void flip(MemorySegment memory) {
    for (long at = 0; at < memory.byteSize(); at++) {
      byte octet = memory.get(ValueLayout.JAVA_BYTE, at);
      memory.set(ValueLayout.JAVA_BYTE, at, (byte) ~octet);
    }
  }

  private void changeElements(String name, Object array) {
    boolean isLong = array instanceof long[];
    if (!isLong && !(array instanceof int[])) {
      return;
    }
    for (int i = 0; i < Array.getLength(array); i++) {
      long before = Array.getLong(array, i);
      setElement(array, i, before + 1, isLong);
      note(name);
      setElement(array, i, before, isLong);
    }
  }

  private static void setElement(Object array, int index, long value, boolean isLong) {
    if (isLong) {
      Array.setLong(array, index, value);
    } else {
      Array.setInt(array, index, (int) value);
    }
  }

  /** The record with another component. */
  private static Object with(Record whole, String name, Object other)
      throws ReflectiveOperationException {
    RecordComponent[] components = whole.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      Field field = whole.getClass().getDeclaredField(components[i].getName());
      field.setAccessible(true);
      values[i] = components[i].getName().equals(name) ? other : field.get(whole);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Constructor<?> constructor = whole.getClass().getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  /** Some other values of a field of {@code type}. */
  private static List<Object> others(@Nullable Object value, Class<?> type) {
    if (value instanceof Boolean is) {
      return List.of(!is);
    }
    if (value instanceof Integer number) {
      return List.of(number + 1, number - 1);
    }
    if (value instanceof Long number) {
      return List.of(number + 1, number - 1);
    }
    if (type.isEnum()) {
      List<Object> constants = new ArrayList<>(Arrays.asList(type.getEnumConstants()));
      constants.remove(value);
      return constants;
    }
    if (type == Octets.class) {
      return List.of(Octets.ofText("changed"));
    }
    if (type == Rule.class) {
      return List.of(EnginePlan.PLAIN.rule("changed", Match.ANY, SimpleAgents.passing()));
    }
    Handshake other = handshake();
    return type == Handshake.class
        ? List.of(other)
        : type == CompetingSyn.class
            ? List.of(new CompetingSyn(other, Direction.SERVER_TO_CLIENT))
            : List.of();
  }

  private static Handshake handshake() {
    FrameView view = new FrameView();
    view.read(CommitChecksTest.packet(Direction.CLIENT_TO_SERVER, TcpFlags.SYN, 77, 0, ""));
    return Handshake.of(view);
  }
}
