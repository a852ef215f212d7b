/** Writes what operators want to read of single connections. Knows no port and no command. */
@NullMarked
package dev.midstream.gateway.event;

import org.jspecify.annotations.NullMarked;
