/**
 * Rewrites a capture: takes its packets through an engine and writes what comes out, with the
 * capture's own clock. The file port of the program.
 */
@NullMarked
package dev.midstream.gateway.rewrite;

import org.jspecify.annotations.NullMarked;
