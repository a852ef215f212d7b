/** Many new connections a second: what each costs, the heap that they take, and the pauses. */
@NullMarked
package dev.midstream.bench.storm;

import org.jspecify.annotations.NullMarked;
