/** Tests of the agents' interface. */
@NullMarked
package dev.midstream.agent;

import org.jspecify.annotations.NullMarked;
