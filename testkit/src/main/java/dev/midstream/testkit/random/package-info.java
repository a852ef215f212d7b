/** Random tests that run again from their seed. */
@NullMarked
package dev.midstream.testkit.random;

import org.jspecify.annotations.NullMarked;
