/**
 * Shows undecided octets to the agent, in order and once, and carries its decisions out as
 * modification commands. Fourth place on the path. Nothing here sends anything.
 */
@NullMarked
package dev.midstream.reassembly.deliver;

import org.jspecify.annotations.NullMarked;
