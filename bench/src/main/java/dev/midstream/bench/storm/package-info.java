/** Many new connections a second: the heap that they take, and the pauses of the collector. */
@NullMarked
package dev.midstream.bench.storm;

import org.jspecify.annotations.NullMarked;
