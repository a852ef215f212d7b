/** The simulated end against a real one: the kernel's, through a TUN device. */
@NullMarked
package dev.midstream.testkit.sim.kernel;

import org.jspecify.annotations.NullMarked;
