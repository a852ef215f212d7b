package dev.midstream.agent;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * What other code can name of a type: one line for the type itself, and one for each public or
 * protected member. A line stands alone, so that the difference of two versions is the lines that
 * only one of them has.
 */
final class ApiSignatures {
  private static final int CLASS_MODIFIERS = Modifier.classModifiers() & ~Modifier.STRICT;
  private static final int METHOD_MODIFIERS =
      Modifier.methodModifiers() & ~(Modifier.SYNCHRONIZED | Modifier.NATIVE | Modifier.STRICT);

  private final Class<?> type;
  private final Set<String> lines = new TreeSet<>();

  private ApiSignatures(Class<?> type) {
    this.type = type;
  }

  /** The lines of all types that lie where {@code type} does, in the order of characters. */
  static List<String> ofAllBeside(Class<?> type)
      throws IOException, ClassNotFoundException, URISyntaxException {
    Path root = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> types = new ArrayList<>();
    for (String name : classNames(root)) {
      types.add(Class.forName(name, false, type.getClassLoader()));
    }
    return of(types);
  }

  /** The lines of those {@code types} that other code can name, in the order of characters. */
  static List<String> of(Collection<Class<?>> types) {
    TreeSet<String> lines = new TreeSet<>();
    for (Class<?> type : types) {
      if (isVisible(type)) {
        lines.addAll(new ApiSignatures(type).write());
      }
    }
    return List.copyOf(lines);
  }

  private static List<String> classNames(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .map(file -> root.relativize(file).toString().replace('/', '.'))
          .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .toList();
    }
  }

  private static boolean isVisible(Class<?> type) {
    Class<?> around = type.getEnclosingClass();
    boolean isNamed = !type.isAnonymousClass() && !type.isLocalClass() && !type.isSynthetic();
    return isNamed && isVisible(type.getModifiers()) && (around == null || isVisible(around));
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  private Set<String> write() {
    add(
        nulls(),
        Modifier.toString(type.getModifiers() & CLASS_MODIFIERS),
        kind(),
        variables(type.getTypeParameters()),
        parents(),
        permitted());
    for (Field field : type.getDeclaredFields()) {
      if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
        add(
            Modifier.toString(field.getModifiers() & Modifier.fieldModifiers()),
            text(field.getAnnotatedType()),
            field.getName(),
            constant(field));
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      addCall(constructor, "<init>");
    }
    for (Method method : type.getDeclaredMethods()) {
      if (!isOfEveryObject(method)) {
        addCall(method, text(method.getAnnotatedReturnType()) + " " + method.getName());
      }
    }
    return lines;
  }

  /** Such as {@code equals}, which other code can name in any case. */
  private static boolean isOfEveryObject(Method method) {
    return Arrays.stream(Object.class.getMethods())
        .anyMatch(each ->
            each.getName().equals(method.getName())
                && Arrays.equals(each.getParameterTypes(), method.getParameterTypes()));
  }

  private void addCall(Executable call, String name) {
    if (!isVisible(call.getModifiers()) || call.isSynthetic()) {
      return;
    }
    String parameters = texts(call.getAnnotatedParameterTypes());
    if (call.isVarArgs()) {
      parameters = parameters.substring(0, parameters.length() - "[]".length()) + "...";
    }
    String thrown = texts(call.getAnnotatedExceptionTypes());
    add(
        Modifier.toString(call.getModifiers() & METHOD_MODIFIERS),
        call instanceof Method method && method.isDefault() ? "default" : "",
        variables(call.getTypeParameters()),
        name + "(" + parameters + ")",
        thrown.isEmpty() ? "" : "throws " + thrown);
  }

  private void add(String... words) {
    String line =
        Arrays.stream(words).filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
    lines.add(type.getName() + " | " + line);
  }

  /** What kind of type it is, with its components. */
  private String kind() {
    String kind = "class";
    if (type.isRecord()) {
      kind = "record(" + components() + ")";
    } else if (type.isEnum()) {
      kind = "enum";
    } else if (type.isInterface()) {
      kind = "interface";
    }
    return type.isSealed() ? "sealed " + kind : kind;
  }

  /** How types without an annotation are meant. */
  private String nulls() {
    boolean isMarked = isMarked(type) || isMarked(type.getPackage());
    return isMarked ? "@NullMarked" : "";
  }

  private static boolean isMarked(AnnotatedElement element) {
    return element.isAnnotationPresent(NullMarked.class);
  }

  private String components() {
    RecordComponent[] components = Objects.requireNonNull(type.getRecordComponents());
    return Arrays.stream(components)
        .map(component -> text(component.getAnnotatedType()) + " " + component.getName())
        .collect(Collectors.joining(", "));
  }

  private String parents() {
    AnnotatedType parent = type.getAnnotatedSuperclass();
    String interfaces = texts(type.getAnnotatedInterfaces());
    String extended = parent == null ? "" : "extends " + text(parent) + " ";
    return (extended + (interfaces.isEmpty() ? "" : "implements " + interfaces)).strip();
  }

  private String permitted() {
    Class<?> @Nullable [] permitted = type.getPermittedSubclasses();
    return permitted == null
        ? ""
        : "permits "
            + Arrays.stream(permitted)
                .map(Class::getName)
                .sorted()
                .collect(Collectors.joining(", "));
  }

  /** The value of a constant: compilers copy it into the code that names it. */
  private static String constant(Field field) {
    Class<?> type = field.getType();
    int modifiers = field.getModifiers();
    if (!Modifier.isStatic(modifiers)
        || !Modifier.isFinal(modifiers)
        || !(type.isPrimitive() || type == String.class)) {
      return "";
    }
    try {
      field.setAccessible(true);
      return "= " + field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String variables(TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables)
            .map(variable -> variable + " extends " + bounds(variable))
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private static String bounds(TypeVariable<?> variable) {
    return texts(variable.getAnnotatedBounds(), " & ");
  }

  private static String texts(AnnotatedType[] types) {
    return texts(types, ", ");
  }

  private static String texts(AnnotatedType[] types, String between) {
    return Arrays.stream(types).map(ApiSignatures::text).collect(Collectors.joining(between));
  }

  private static String text(AnnotatedType type) {
    return type.toString().replace("@org.jspecify.annotations.Nullable()", "@Nullable");
  }
}
