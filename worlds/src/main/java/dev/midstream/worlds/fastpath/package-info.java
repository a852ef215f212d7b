/**
 * Engines behind a model of the kernel's fast path, which loses and doubles packets where a
 * connection changes hands.
 */
@NullMarked
package dev.midstream.worlds.fastpath;

import org.jspecify.annotations.NullMarked;
