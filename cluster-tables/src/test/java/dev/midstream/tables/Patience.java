package dev.midstream.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Waits for what becomes true in other threads and processes. */
public final class Patience {
  private static final Duration LONGEST = Duration.ofSeconds(40);

  private Patience() {}

  /** Something to look at; it may fail as long as it is waited for. */
  public interface Look<T> {
    /** What is there now. */
    T look() throws Exception;
  }

  /** Waits until what is seen is {@code expected}; fails after 40 s. */
  public static <T> void await(String what, @Nullable T expected, Look<T> look) {
    long endNanos = System.nanoTime() + LONGEST.toNanos();
    Object seen = tried(look);
    while (!Objects.equals(seen, expected) && System.nanoTime() < endNanos) {
      try {
        Thread.sleep(20); // the tables tell of no change of their connections
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      seen = tried(look);
    }
    assertThat(seen).as(what).isEqualTo(expected);
  }

  private static Object tried(Look<?> look) {
    try {
      return look.look();
    } catch (Exception e) { // a table may be out of reach for a while
      return e;
    }
  }
}
