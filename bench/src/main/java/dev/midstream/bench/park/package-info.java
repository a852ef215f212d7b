/** The cost of what keeps connections at rest: their records, the index, and the deadlines. */
@NullMarked
package dev.midstream.bench.park;

import org.jspecify.annotations.NullMarked;
