/** Tests of the carrier over TCP, with nodes of this machine. */
@NullMarked
package dev.midstream.jgroups.group;

import org.jspecify.annotations.NullMarked;
