/** Tests of the sockets of a cluster. */
@NullMarked
package dev.midstream.jgroups.gate;

import org.jspecify.annotations.NullMarked;
