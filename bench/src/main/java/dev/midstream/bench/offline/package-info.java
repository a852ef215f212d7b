/**
 * The speed of rewriting whole captures, beside programs that do less: the same generated capture
 * in turn, each time in a new process.
 */
@NullMarked
package dev.midstream.bench.offline;

import org.jspecify.annotations.NullMarked;
