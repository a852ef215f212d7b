/**
 * Traffic that benchmarks feed: segments prepared in native memory whose numbers are patched, and
 * the text they carry. Nothing here measures.
 */
@NullMarked
package dev.midstream.bench.frame;

import org.jspecify.annotations.NullMarked;
