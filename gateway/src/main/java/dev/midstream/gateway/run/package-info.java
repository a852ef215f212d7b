/**
 * Runs inline: a port, an engine behind it, and the thread that moves packets between them. Knows
 * no command line.
 */
@NullMarked
package dev.midstream.gateway.run;

import org.jspecify.annotations.NullMarked;
