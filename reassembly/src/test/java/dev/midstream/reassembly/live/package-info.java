/** The engine between two honest TCP ends, in a simulated network with virtual time. */
@NullMarked
package dev.midstream.reassembly.live;

import org.jspecify.annotations.NullMarked;
