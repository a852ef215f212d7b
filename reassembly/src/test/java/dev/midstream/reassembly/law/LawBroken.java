package dev.midstream.reassembly.law;

import org.jspecify.annotations.Nullable;

/** A world in which a law does not hold. */
final class LawBroken extends AssertionError {
  private static final long serialVersionUID = 1L;

  private final Law law;

  LawBroken(Law law, String what) {
    this(law, what, null);
  }

  LawBroken(Law law, String what, @Nullable Throwable cause) {
    super(law + ": " + what, cause);
    this.law = law;
  }

  Law law() {
    return law;
  }

  /** Throws unless {@code holds}. */
  static void unless(boolean holds, Law law, String what) {
    if (!holds) {
      throw new LawBroken(law, what);
    }
  }
}
