/** Tests of the octets of messages. */
@NullMarked
package dev.midstream.engines.message;

import org.jspecify.annotations.NullMarked;
