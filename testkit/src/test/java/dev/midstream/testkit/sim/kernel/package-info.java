/** The simulated endpoint against the kernel, through a TUN device. */
@NullMarked
package dev.midstream.testkit.sim.kernel;

import org.jspecify.annotations.NullMarked;
