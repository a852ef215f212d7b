/** Tests of the octets of messages. */
@NullMarked
package dev.midstream.engines.redirect;

import org.jspecify.annotations.NullMarked;
