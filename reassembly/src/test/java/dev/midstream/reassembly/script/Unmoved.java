package dev.midstream.reassembly.script;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test whose outcome a move of the connection changes, and may change. It is left out where
 * {@link Scripts} move connections before each call.
 */
@Tag("unmoved")
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Unmoved {
  /** Why the outcome may change. */
  String value();
}
