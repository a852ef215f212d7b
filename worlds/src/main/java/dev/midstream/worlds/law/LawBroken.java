package dev.midstream.worlds.law;

import dev.midstream.modcmd.map.Invariant;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A world breaks a law. */
public final class LawBroken extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final Law law;

  public LawBroken(Law law, String what) {
    this(law, what, null);
  }

  public LawBroken(Law law, String what, @Nullable Throwable cause) {
    super(law + ": " + what, cause);
    this.law = law;
  }

  public Law law() {
    return law;
  }

  /** Throws unless {@code holds}. */
  public static void unless(boolean holds, Law law, String what) {
    if (!holds) {
      throw new LawBroken(law, what);
    }
  }

  /** Throws unless {@code holds}; {@code what} is only asked for if not. */
  public static void unless(boolean holds, Law law, Supplier<String> what) {
    if (!holds) {
      throw new LawBroken(law, what.get());
    }
  }

  /** The error for violated invariants of a stream. */
  public static LawBroken by(Set<Invariant> violated, String where) {
    return new LawBroken(Law.of(violated.iterator().next()), "violates " + violated + ": " + where);
  }
}
