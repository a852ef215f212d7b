/**
 * The traffic of the benchmarks: prepared segments in native memory whose numbers are patched, and
 * their text. Nothing here measures.
 */
@NullMarked
package dev.midstream.bench.frame;

import org.jspecify.annotations.NullMarked;
