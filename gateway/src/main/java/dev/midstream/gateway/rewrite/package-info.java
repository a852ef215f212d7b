/**
 * Rewrites a capture: passes its packets through an engine and writes the output, in the time of
 * the capture. This is the program's offline port.
 */
@NullMarked
package dev.midstream.gateway.rewrite;

import org.jspecify.annotations.NullMarked;
