/**
 * How fast whole captures are rewritten, beside programs that do less: the same made capture, in
 * turns, each in a process of its own.
 */
@NullMarked
package dev.midstream.bench.offline;

import org.jspecify.annotations.NullMarked;
