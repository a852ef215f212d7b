/** The cost of searching text for strings that it does not contain. */
@NullMarked
package dev.midstream.bench.scan;

import org.jspecify.annotations.NullMarked;
