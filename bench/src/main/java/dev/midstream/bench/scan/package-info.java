/** What it costs to look for strings in text that does not hold them. */
@NullMarked
package dev.midstream.bench.scan;

import org.jspecify.annotations.NullMarked;
