/** The contract of carriers, their twin in one process, and what a carrier has brought. */
@NullMarked
package dev.midstream.jgroups.carrier;

import org.jspecify.annotations.NullMarked;
