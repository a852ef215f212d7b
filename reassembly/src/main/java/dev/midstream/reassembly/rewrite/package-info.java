/**
 * Header fields that follow from the commands: acknowledgement, SACK, window, urgent pointer and
 * timestamps of a packet, mapped into the other end's space. Nothing here touches payload.
 */
@NullMarked
package dev.midstream.reassembly.rewrite;

import org.jspecify.annotations.NullMarked;
