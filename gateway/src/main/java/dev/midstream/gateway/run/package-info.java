/**
 * Runs the program inline: ports, engines, and the threads that move packets between them. Knows no
 * command line.
 */
@NullMarked
package dev.midstream.gateway.run;

import org.jspecify.annotations.NullMarked;
