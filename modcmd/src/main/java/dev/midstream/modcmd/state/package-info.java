/** State as octets: what is written of a connection, and read again. */
@NullMarked
package dev.midstream.modcmd.state;

import org.jspecify.annotations.NullMarked;
