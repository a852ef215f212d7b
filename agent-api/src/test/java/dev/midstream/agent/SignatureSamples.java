package dev.midstream.agent;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Types of every kind, whose signatures a test expects. */
public final class SignatureSamples {

  private SignatureSamples() {}

  /** A sealed interface. */
  public sealed interface Shape<T> permits Circle {
    int NUMBER = 7;
    String TEXT = "a text";
    List<String> LIST = List.of();

    T one(T value);

    default boolean two() {
      return three();
    }

    static boolean three() {
      return hidden();
    }

    private static boolean hidden() {
      return true;
    }
  }

  /** A record. */
  public record Circle(@Nullable String name, List<int[]> sizes) implements Shape<String> {
    @Override
    public String one(String value) {
      return value;
    }
  }

  /** An enumeration. */
  public enum Size {
    LARGE
  }

  /** A class, of which other code sees one constructor. */
  public abstract static class Base<T extends Comparable<? super T> & Runnable> {
    protected final @Nullable String name = null;

    protected Base() {}

    Base(int hidden) {}

    /** Not of a type: every object has it. */
    @Override
    public String toString() {
      return "base";
    }

    /** A method with every kind of type. */
    public <E extends Exception> @Nullable T find(List<@Nullable T> list, String... names)
        throws E, IOException {
      return null;
    }
  }

  /** A class that other packages cannot name, with what it holds. */
  static class Hidden {
    /** Public, but not for others. */
    public static class Inner {}
  }
}
