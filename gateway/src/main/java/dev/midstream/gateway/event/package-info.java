/** Writes events of single connections for operators. Knows no port and no command. */
@NullMarked
package dev.midstream.gateway.event;

import org.jspecify.annotations.NullMarked;
